import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createApiClient } from '../../src/kubernetes/client.ts';
import { NoAnswerError } from '../../src/kubernetes/no-answer.ts';
import { findProxy } from '../../src/kubernetes/proxy.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { startScriptedApi } from '../support/scripted-api.ts';

const { signal } = new AbortController();
const get = { method: 'GET', path: '/api' } as const;
const both = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'plain:3128' };

for (const [server, variables, expected] of [
	['https://api.example.com', both, 'http://secure:3128'],
	['http://api.example.com', both, 'http://plain:3128'],
	['https://api.example.com', { https_proxy: 'http://lower:1' }, 'http://lower:1'],
	['https://api.example.com', {}, undefined],
	['https://127.0.0.1:6443', both, undefined],
	['https://[::1]:6443', both, undefined],
	['https://localhost', both, undefined],
	['https://api.example.com', { ...both, NO_PROXY: '*' }, undefined],
	['https://api.example.com', { ...both, NO_PROXY: 'other.com, example.com' }, undefined],
	['https://api.example.com', { ...both, no_proxy: '.example.com' }, undefined],
	['https://example.com', { ...both, NO_PROXY: '.example.com' }, 'http://secure:3128'],
	['https://notexample.com', { ...both, NO_PROXY: 'example.com' }, 'http://secure:3128'],
	['https://api.example.com:6443', { ...both, NO_PROXY: 'api.example.com:6443' }, undefined],
	['https://api.example.com', { ...both, NO_PROXY: 'api.example.com:6443' }, 'http://secure:3128'],
	['https://10.96.0.1', { ...both, NO_PROXY: '10.96.0.0/12' }, undefined],
	['https://10.128.0.1', { ...both, NO_PROXY: '10.96.0.0/12,10.0.0.0/99,10.1' }, 'http://secure:3128'],
	['https://[fd00::1]', { ...both, NO_PROXY: 'fd00::/8' }, undefined],
	['https://[fd00::1]', { ...both, NO_PROXY: '[fd00::1]:443' }, undefined],
] as const) {
	test(`${server} with ${JSON.stringify(variables)} goes ${expected ?? 'directly'}`, (t) => {
		t.is(findProxy(server, variables), expected);
	});
}

/** An HTTP proxy that notes whereto it was asked to tunnel, and with which credentials. */
async function startProxy(t: ExecutionContext, status: number) {
	const tunnels: string[] = [];
	const server = createServer().on('connect', (request, near) => {
		tunnels.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
		near.write(`HTTP/1.1 ${status} because\r\n\r\n`);
		if (status !== 200) return void near.end();
		const { hostname, port } = new URL(`http://${request.url}`);
		const far = connect(Number(port), hostname);
		near.pipe(far).pipe(near);
		far.on('error', () => near.destroy());
		near.on('error', () => far.destroy()).on('close', () => far.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	return { tunnels, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('requests go through the proxy as a tunnel, with the server’s own certificate', async (t) => {
	const api = await startScriptedApi(t, { tls: true });
	api.script('get', { kind: 'answer', status: 200, body: {} });
	const proxy = await startProxy(t, 200);
	const connection = { ...api.connection, proxy: `http://u:p@${proxy.address}` };
	const client = createApiClient({ connection, clock: createVirtualClock() });
	t.teardown(() => client.close());
	t.is((await client.request(get, signal)).status, 200);
	t.is((await client.request(get, signal)).status, 200);
	const target = new URL(api.connection.server).host;
	t.is(proxy.tunnels[0], `${target} Basic ${Buffer.from('u:p').toString('base64')}`);
	t.true(proxy.tunnels.length <= 2, 'a tunnel is used again');
});

test('a proxy that lets nothing through is a failure to connect', async (t) => {
	const api = await startScriptedApi(t, { tls: true });
	const proxy = await startProxy(t, 407);
	const connection = { ...api.connection, proxy: `http://${proxy.address}` };
	const client = createApiClient({ connection, clock: createVirtualClock() });
	t.teardown(() => client.close());
	const error = await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	t.regex(error?.message ?? '', /407/);
	t.false(error?.maybeActedOn);
});
