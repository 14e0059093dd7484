import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface ConnectProxy {
	readonly url: string;
	/** What it was asked to connect to, as `host:port`. */
	readonly targets: readonly string[];
	/** Headers of those requests, by lower-case name. */
	readonly headers: readonly string[];
}

/** A proxy for https: it tunnels to whatever it is asked for. */
export async function startConnectProxy(t: ExecutionContext): Promise<ConnectProxy> {
	const targets: string[] = [];
	const headers: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((_request, response) => response.writeHead(405).end());
	server.on('connect', (request, client: Socket, head: Buffer) => {
		targets.push(request.url ?? '');
		headers.push(...Object.keys(request.headers));
		const [host = '', port = ''] = (request.url ?? '').split(':');
		const target = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 Connection established\r\n\r\n');
			target.write(head);
			target.pipe(client).pipe(target);
		});
		for (const socket of [client, target]) {
			sockets.add(socket);
			socket.on('error', () => undefined);
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets, headers };
}
