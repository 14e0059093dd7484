import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Connection } from '../../../src/kubernetes/connection.ts';
import {
	issueServerCertificate,
	type ServerCertificate,
} from '../../../src/simulator/kubernetes/certificates.ts';
import { createNoticeBoard } from '../notice-board.ts';
import { createRuleBook, type FaultRule, type ProxiedRequest, type StandingRule } from './fault.ts';
import { playFault } from './play-fault.ts';
import { createUpstream, type Upstream } from './upstream.ts';

/** An HTTPS server on loopback that passes requests on to an API server, except for what its rules strike. */
export interface FaultProxy {
	/** How to reach the API server through it. Whatever credentials come, the server gets its own. */
	readonly connection: Connection;
	/** Every request that came, in order. */
	readonly history: readonly ProxiedRequest[];
	lists(path?: string): readonly ProxiedRequest[];
	watches(path?: string): readonly ProxiedRequest[];
	/** In force from the next request on. */
	rule(rule: FaultRule): StandingRule;
	/** Cuts the client's connections, and what runs on them. */
	cut(): void;
	/** Cuts these connections and every new one, until the returned function is called. */
	refuse(): () => void;
	/** Requests go to another server from now on, as when a load balancer changes its mind. */
	switchTo(upstream: Connection): void;
	/** New connections meet this certificate. */
	swapCertificate(certificate: ServerCertificate): void;
	/** Resolves at the first request or answer at which `holds` is true. */
	until(holds: () => boolean): Promise<void>;
}

export interface FaultProxyOptions {
	/** Default: lists are refused as streams (400), as older servers do, so that a list and a watch are two requests. */
	readonly streamsLists?: boolean;
}

/** Starts a proxy on a free port of 127.0.0.1; it is closed when the test ends. */
export async function startFaultProxy(
	t: ExecutionContext,
	connection: Connection,
	{ streamsLists = false }: FaultProxyOptions = {},
): Promise<FaultProxy> {
	const certificate = await issueServerCertificate('fault proxy');
	const rules = createRuleBook();
	const history: ProxiedRequest[] = [];
	const board = createNoticeBoard();
	const upstreams: Upstream[] = [createUpstream(connection)];
	const sockets = createSockets();

	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const client = sockets.find(request.socket);
		const seen = await readRequest(request, client.number);
		if (!streamsLists && seen.url.searchParams.has('sendInitialEvents')) return refuseStream(response);
		const fault = rules.take(seen);
		history.push(seen);
		board.notify();
		const upstream = upstreams.at(-1) as Upstream;
		await playFault({ request: seen, response, upstream, onAnswer: board.notify, cut: client.cut }, fault);
	};
	const server = createServer(certificate, (request, response) => {
		// A client that goes away in the middle is nothing to mind here.
		handle(request, response).catch(() => request.socket.destroy());
	});
	server.on('connection', sockets.accept);
	server.on('tlsClientError', () => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(async () => {
		const closed = new Promise((resolve) => server.close(resolve));
		sockets.cut();
		await Promise.all([closed, ...upstreams.map((upstream) => upstream.close())]);
	});

	return {
		connection: {
			server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
			tls: { ca: certificate.ca, rejectUnauthorized: true },
			authorize: connection.authorize,
		},
		history,
		lists: (path = '') =>
			history.filter(
				({ method, isWatch, url }) => method === 'GET' && !isWatch && url.pathname.includes(path),
			),
		watches: (path = '') => history.filter(({ isWatch, url }) => isWatch && url.pathname.includes(path)),
		rule: rules.add,
		cut: sockets.cut,
		refuse: sockets.refuse,
		switchTo: (upstream) => upstreams.push(createUpstream(upstream)),
		swapCertificate: (next) => server.setSecureContext(next),
		until: board.until,
	};
}

/** One of the client's connections. */
interface ClientConnection {
	readonly number: number;
	/** Ends it without TLS's farewell. */
	readonly cut: () => void;
}

interface Sockets {
	readonly accept: (socket: Socket) => void;
	/** The connection that carries this TLS socket. */
	find(socket: Socket): ClientConnection;
	cut(): void;
	refuse(): () => void;
}

function createSockets(): Sockets {
	// By the client's port: TLS wraps the socket in another. To reset one of the two hangs Node 24.
	const open = new Map<number | undefined, ClientConnection>();
	let count = 0;
	let refusals = 0;
	const cut = (): void => {
		for (const connection of open.values()) connection.cut();
	};
	return {
		accept(socket) {
			const { remotePort } = socket;
			socket.on('error', () => undefined);
			if (refusals > 0) return void socket.destroy();
			count += 1;
			open.set(remotePort, { number: count, cut: () => void socket.destroy() });
			socket.once('close', () => open.delete(remotePort));
		},
		find: ({ remotePort }) => open.get(remotePort) ?? { number: 0, cut: () => undefined },
		cut,
		refuse() {
			refusals += 1;
			cut();
			return () => {
				refusals -= 1;
			};
		},
	};
}

function refuseStream(response: ServerResponse): void {
	const status = { kind: 'Status', code: 400, message: 'sendInitialEvents is forbidden for watch' };
	response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}

async function readRequest(request: IncomingMessage, connection: number): Promise<ProxiedRequest> {
	const url = new URL(request.url ?? '/', 'https://proxied');
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part);
	return {
		method: request.method ?? '',
		url,
		isWatch: ['true', '1'].includes(url.searchParams.get('watch') ?? ''),
		headers: request.headers,
		body: Buffer.concat(parts).toString('utf8'),
		connection,
	};
}
