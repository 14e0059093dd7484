import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type DetectOptions, detectForge } from '../../src/forge/detect.ts';
import type { HttpFetch } from '../../src/forge/http/fetch.ts';
import type { ForgeLocation } from '../../src/forge/location.ts';
import { createProxiedFetch } from '../../src/forge/proxied-fetch.ts';
import { ForgeError } from '../../src/model/ports/forge.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { problemOf } from '../support/problem-of.ts';

const { signal } = new AbortController();

function detect(options: Partial<DetectOptions> & { readonly url: string }): Promise<ForgeLocation> {
	const fetch: HttpFetch = () => Promise.reject(new Error('nothing was to be asked'));
	return detectForge({ allowInsecure: false, clock: createVirtualClock(), fetch, ...options }, signal);
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function startForge(
	t: ExecutionContext,
	handler: Handler,
): Promise<{ readonly url: string; readonly seen: readonly IncomingMessage[] }> {
	const seen: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		seen.push(request);
		handler(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const answers =
	(path: string, status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
	(request, response) => {
		const isIt = request.url === path;
		response.writeHead(isIt ? status : 404, isIt ? headers : {}).end(isIt ? JSON.stringify(body) : '<html>');
	};

for (const [what, kind, handler] of [
	['Gitea', 'Gitea', answers('/api/v1/version', 200, { version: '1.26.0' })],
	['Forgejo', 'Gitea', answers('/api/v1/version', 200, { version: '13.0.2+gitea-1.22.0' })],
	[
		'Gitea that wants a sign-in first',
		'Gitea',
		answers('/api/v1/version', 403, {
			message: 'Only signed in user is allowed to call APIs.',
			url: 'https://x/api/swagger',
		}),
	],
	['GitLab', 'GitLab', answers('/api/v4/version', 401, { message: '401 Unauthorized' })],
	[
		'GitHub Enterprise',
		'GitHub',
		answers('/api/v3/meta', 200, {}, { 'x-github-enterprise-version': '3.19.0' }),
	],
	[
		'GitHub Enterprise in private mode',
		'GitHub',
		answers('/api/v3/meta', 401, {}, { 'x-github-request-id': 'A:1' }),
	],
] as const) {
	test(`a server is asked which forge it is, without a token: ${what}`, async (t) => {
		const { url, seen } = await startForge(t, handler);
		const fetch = createProxiedFetch({ environment: {} });
		const found = await detect({ url: `${url}/acme/config.git`, fetch, allowInsecure: true });
		t.like(found, { kind, path: 'acme/config', webUrl: `${url}/acme/config`, isShared: false });
		t.is(seen.length, 3);
		t.true(seen.every(({ headers }) => headers.authorization === undefined && headers.cookie === undefined));
	});
}

test('a server that is no forge is E_FORGE, with what was tried', async (t) => {
	const { url } = await startForge(t, (_, response) =>
		response.writeHead(302, { location: 'https://x/' }).end(),
	);
	const fetch = createProxiedFetch({ environment: {} });
	const error = await t.throwsAsync(detect({ url: `${url}/acme/config`, fetch, allowInsecure: true }));
	t.false(error instanceof ForgeError);
	const problem = await problemOf(detect({ url: `${url}/acme/config`, fetch, allowInsecure: true }));
	t.is(problem?.code, 'E_FORGE');
	for (const path of ['/api/v1/version', '/api/v4/version', '/api/v3/meta']) {
		t.true(problem?.message.includes(`${url}${path} answers 302`), problem?.message);
	}
});

test('F3 a server that does not answer may be a forge: it is to be asked again', async (t) => {
	const error = await t.throwsAsync(detect({ url: 'https://git.example/acme/config' }), {
		instanceOf: ForgeError,
	});
	t.like(error, { problem: { code: 'E_FORGE_UNREACHABLE' }, retry: 'soon' });
});

test('a server that hangs is given up after ten seconds', async (t) => {
	const clock = createVirtualClock();
	const fetch: HttpFetch = (_, request) =>
		new Promise((_resolve, reject) => {
			request.signal.addEventListener('abort', () => reject(request.signal.reason));
		});
	const pending = problemOf(detect({ url: 'https://git.example/acme/config', clock, fetch }));
	await clock.advance(10_000);
	t.is((await pending)?.code, 'E_FORGE_UNREACHABLE');
});
