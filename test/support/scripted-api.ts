import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Connection } from '../../src/kubernetes/connection.ts';
import { issueServerCertificate } from '../../src/simulator/kubernetes/certificates.ts';
import { createNoticeBoard } from './notice-board.ts';

/** What to do with one request. */
export type Reply =
	| {
			readonly kind: 'answer';
			readonly status: number;
			/** Sent as JSON, a string as it is. */
			readonly body: unknown;
			readonly headers?: Readonly<Record<string, string>>;
	  }
	/** Chunks that arrive one by one, then the end of the body, a reset, or nothing more. */
	| {
			readonly kind: 'stream';
			readonly chunks: readonly (string | Uint8Array)[];
			readonly finish: 'end' | 'reset' | 'hang';
	  }
	/** The connection is reset without an answer. */
	| { readonly kind: 'reset' }
	/** Nothing at all. */
	| { readonly kind: 'hang' };

/** A reply, or how to find it. */
export type Script = Reply | ((request: SeenRequest) => Reply);

/** `get` is a list or the read of one object, `stream` a list asked for as a watch. */
export type RequestKind = 'get' | 'stream' | 'watch' | 'patch' | 'post';

export interface SeenRequest {
	readonly kind: RequestKind;
	readonly url: URL;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
}

/** A server that answers from a script, so that any misbehaviour can be written down. */
export interface ScriptedApi {
	/** How to reach it, without credentials. */
	readonly connection: Connection;
	readonly requests: readonly SeenRequest[];
	/** Requests of a kind, in order. */
	seen(kind: RequestKind): readonly SeenRequest[];
	/**
	 * Answers requests of a kind with these, in order; the last one repeats. Unscripted lists as streams are
	 * refused, other unscripted requests hang.
	 */
	script(kind: RequestKind, ...replies: readonly [Script, ...Script[]]): void;
	/** Writes to every stream that hangs. */
	say(chunk: string | Uint8Array): void;
	/** Ends every stream that hangs. */
	end(): void;
	/** TCP connections accepted so far. */
	connections(): number;
	/** Resolves at the first request at which `holds` is true. */
	until(holds: () => boolean): Promise<void>;
	/** Stops listening and resets every connection; also done at the end of the test. */
	close(): Promise<void>;
}

const hang: Reply = { kind: 'hang' };

/** What servers without WatchList answer. */
const unsupported: Reply = { kind: 'answer', status: 422, body: { kind: 'Status', code: 422 } };

/** Starts a server on a free port of 127.0.0.1. */
export async function startScriptedApi(
	t: ExecutionContext,
	{ tls = false }: { readonly tls?: boolean } = {},
): Promise<ScriptedApi> {
	const requests: SeenRequest[] = [];
	const scripts = new Map<RequestKind, readonly Script[]>();
	const streams = new Set<ServerResponse>();
	const board = createNoticeBoard();
	let connections = 0;

	const take = (request: SeenRequest): Reply => {
		const [next = request.kind === 'stream' ? unsupported : hang, ...rest] = scripts.get(request.kind) ?? [];
		if (rest.length > 0) scripts.set(request.kind, rest);
		return typeof next === 'function' ? next(request) : next;
	};
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		const url = new URL(request.url ?? '', 'http://scripted');
		const kind = kindOf(request.method ?? '', url);
		let body = '';
		for await (const chunk of request) body += chunk;
		const seen = { kind, url, headers: request.headers, body };
		requests.push(seen);
		const reply = take(seen);
		if (reply.kind === 'stream' && reply.finish === 'hang') streams.add(response);
		response.once('close', () => streams.delete(response));
		board.notify();
		await play(reply, response);
	};

	const certificate = await issueServerCertificate('scripted authority');
	const server = tls ? createHttpsServer(certificate) : createHttpServer();
	server.on('request', (request, response) => {
		// A client that goes away in the middle is nothing to mind here.
		handle(request, response).catch(() => response.destroy());
	});
	server.on('connection', () => {
		connections += 1;
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => {
		const closed = new Promise((resolve) => server.close(resolve));
		server.closeAllConnections();
		await closed;
	};
	t.teardown(close);

	return {
		connection: {
			server: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
			tls: { ca: certificate.ca, rejectUnauthorized: true },
			authorize: () => Promise.resolve({}),
		},
		requests,
		seen: (kind) => requests.filter((request) => request.kind === kind),
		script: (kind, ...replies) => scripts.set(kind, replies),
		say(chunk) {
			for (const stream of streams) stream.write(chunk);
		},
		end() {
			for (const stream of streams) stream.end();
		},
		connections: () => connections,
		until: board.until,
		close,
	};
}

function kindOf(method: string, url: URL): RequestKind {
	if (method === 'PATCH') return 'patch';
	if (method === 'POST') return 'post';
	if (url.searchParams.has('sendInitialEvents')) return 'stream';
	return url.searchParams.has('watch') ? 'watch' : 'get';
}

async function play(reply: Reply, response: ServerResponse): Promise<void> {
	switch (reply.kind) {
		case 'answer': {
			const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
			response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
			return;
		}
		case 'stream':
			response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
			for (const chunk of reply.chunks) await writeAlone(response, chunk);
			if (reply.finish === 'end') response.end();
			if (reply.finish === 'reset') response.socket?.resetAndDestroy();
			return;
		case 'reset':
			response.socket?.resetAndDestroy();
			return;
		case 'hang':
	}
}

/** Lets the chunk leave before the next one is written, so that they are not joined. */
async function writeAlone(response: ServerResponse, chunk: string | Uint8Array): Promise<void> {
	await new Promise((resolve) => response.write(chunk, resolve));
	await new Promise((resolve) => setImmediate(resolve));
}
