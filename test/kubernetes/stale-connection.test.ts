import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createApiClient } from '../../src/kubernetes/client.ts';
import { NoAnswerError } from '../../src/kubernetes/no-answer.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

const { signal } = new AbortController();
const get = { method: 'GET', path: '/api' } as const;
const patch = { method: 'PATCH', path: '/api', body: { type: 'application/json', content: {} } } as const;
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

type Act = (socket: Socket, requests: { readonly onSocket: number; readonly onServer: number }) => void;

/** A server that does as told with each request, counted on its connection and over all. */
async function startServer(t: ExecutionContext, act: Act) {
	let onServer = 0;
	let connections = 0;
	const server = createServer((socket) => {
		connections += 1;
		let onSocket = 0;
		socket
			.on('error', () => undefined)
			.on('data', () => {
				onServer += 1;
				onSocket += 1;
				act(socket, { onSocket, onServer });
			});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const connection = {
		server: `http://127.0.0.1:${port}`,
		tls: { rejectUnauthorized: true },
		authorize: () => Promise.resolve({}),
	};
	const client = createApiClient({ connection, clock: createVirtualClock() });
	t.teardown(async () => {
		await client.close();
		server.close();
	});
	return { client, requests: () => onServer, connections: () => connections };
}

test('F-048 a read that meets a connection being reset is sent again on a new one', async (t) => {
	const { client, requests, connections } = await startServer(t, (socket, { onSocket }) => {
		if (onSocket > 1) socket.resetAndDestroy();
		else socket.write(answer);
	});
	t.is((await client.request(get, signal)).status, 200);
	t.is((await client.request(get, signal)).status, 200);
	t.is((await client.request(get, signal)).status, 200);
	t.true(requests() >= 3 && connections() >= 2);
});

test('F-048 a read is sent again once, not more often', async (t) => {
	const { client, requests } = await startServer(t, (socket) => socket.resetAndDestroy());
	await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	t.is(requests(), 2);
});

test('F-048 a write is never sent again: it may have been acted on', async (t) => {
	const { client, requests } = await startServer(t, (socket) => socket.resetAndDestroy());
	const error = await t.throwsAsync(client.request(patch, signal), { instanceOf: NoAnswerError });
	t.true(error?.maybeActedOn);
	t.is(requests(), 1);
});

test('F-049 a server that closes after each answer loses no request', async (t) => {
	const { client, requests } = await startServer(t, (socket) => {
		socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
	});
	for (const request of [get, patch, get, patch]) t.is((await client.request(request, signal)).status, 200);
	t.is(requests(), 4);
});
