import { once } from 'node:events';
import { type AddressInfo, connect, createServer, isIP, type Socket } from 'node:net';
import type { Connection } from '../../src/kubernetes/connection.ts';

/** A way to a server that can be cut. */
export interface Relay {
	/** Leads to the same server, its certificate included. */
	readonly connection: Connection;
	/** Cuts every connection, and takes no other before `meanwhile` is over. */
	cut(meanwhile: () => Promise<void>): Promise<void>;
	close(): Promise<void>;
}

/** Passes bytes on, unread, between a port of 127.0.0.1 and the server. */
export async function startRelay(connection: Connection): Promise<Relay> {
	const { hostname, port } = new URL(connection.server);
	const sockets = new Set<Socket>();
	let isCut = false;
	const join = (near: Socket, far: Socket) => {
		sockets.add(near);
		near.pipe(far).on('error', () => near.destroy());
		near.once('close', () => {
			sockets.delete(near);
			far.destroy();
		});
	};
	const relay = createServer((near) => {
		if (isCut) {
			near.destroy();
			return;
		}
		const far = connect(Number(port || 443), hostname);
		join(near, far);
		join(far, near);
	}).listen(0, '127.0.0.1');
	await once(relay, 'listening');
	const disconnect = () => {
		for (const socket of sockets) socket.destroy();
	};
	const servername = isIP(hostname) === 0 ? { servername: hostname } : {};

	return {
		connection: {
			...connection,
			server: `https://127.0.0.1:${(relay.address() as AddressInfo).port}`,
			tls: { ...servername, ...connection.tls },
		},
		async cut(meanwhile) {
			isCut = true;
			disconnect();
			await meanwhile().finally(() => {
				isCut = false;
			});
		},
		async close() {
			disconnect();
			await once(relay.close(), 'close');
		},
	};
}
