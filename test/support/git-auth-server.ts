import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { issueServerCertificate } from '../../src/simulator/kubernetes/certificates.ts';
import { serveGit } from './git-http-server.ts';
import type { BareRepository } from './git-remote.ts';

export interface GitAuthServer {
	readonly url: string;
	/** The authority that the certificate is from; empty without TLS. */
	readonly ca: string;
	/** Of each request so far, in order. */
	readonly authorizations: readonly (string | undefined)[];
	/** What a request is answered with; `undefined` serves it. Taken for the next requests. */
	answer: (authorization: string | undefined, request: IncomingMessage) => Refusal | undefined;
}

/** An answer instead of what was asked for. */
export interface Refusal {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
}

const wantsLogin: Refusal = { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' } };

/** Takes these values of the Authorization header and no others. */
export function takeOnly(...accepted: readonly string[]): GitAuthServer['answer'] {
	return (authorization) => (accepted.includes(authorization ?? '') ? undefined : wantsLogin);
}

export function basic(user: string, password: string): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A real Git server behind a door: requests that `answer` lets pass are served by git's own http-backend. */
export async function serveBehindLogin(
	t: ExecutionContext,
	repository: BareRepository,
	{ tls = false }: { readonly tls?: boolean } = {},
): Promise<GitAuthServer> {
	const inner = await serveGit(t, repository);
	const authorizations: (string | undefined)[] = [];
	const listener: RequestListener = (request, response) => {
		const { authorization, ...headers } = request.headers;
		authorizations.push(authorization);
		const refusal = server.answer(authorization, request);
		if (refusal !== undefined) {
			response.writeHead(refusal.status, refusal.headers).end(refusal.body);
			return;
		}
		const { method = 'GET', url = '/' } = request;
		const onward = forward(new URL(url, inner.url), { method, headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 500, answer.headers);
			answer.pipe(response);
		});
		onward.on('error', () => response.destroy());
		request.pipe(onward);
	};
	const certificate = tls ? await issueServerCertificate('Test CA') : undefined;
	const listening =
		certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
	listening.listen(0, '127.0.0.1');
	await once(listening, 'listening');
	t.teardown(() => {
		listening.close();
		listening.closeAllConnections();
	});
	const { port } = listening.address() as AddressInfo;
	const { pathname } = new URL(inner.url);
	const server: GitAuthServer = {
		url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${pathname}`,
		ca: certificate?.ca ?? '',
		authorizations,
		answer: () => undefined,
	};
	return server;
}
