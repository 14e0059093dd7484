import { Agent, type Dispatcher } from 'undici';
import type { Milliseconds } from '../model/time.ts';
import type { AuthHeaders, Connection } from './connection.ts';
import { explainTransport } from './no-answer.ts';

export interface ApiRequest {
	readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
	/** Below the server's address, with query. */
	readonly path: string;
	readonly body?: { readonly type: string; readonly content: unknown };
}

/** A response whose body is still to be read. */
export type ApiResponse = Dispatcher.ResponseData;

/** HTTP to one server over connections that stay open. */
export interface Transport {
	/** Throws NoAnswerError. `signal` ends the body as well. */
	send(request: ApiRequest, auth: AuthHeaders, signal: AbortSignal): Promise<ApiResponse>;
	/** Ends every connection, and what still runs on it. */
	close(): Promise<void>;
}

/** Most of a request's deadline is left to the server once it is connected. */
const connectTimeout: Milliseconds = 5_000;

/** Below the idle time after which load balancers (60 s) and API servers (90 s) drop a connection unasked. */
const idleTimeout: Milliseconds = 30_000;

/** `deadline` is for the response's head. */
export function createTransport(connection: Connection, deadline: Milliseconds): Transport {
	const { origin, pathname } = new URL(connection.server);
	const base = pathname.replace(/\/$/, '');
	const agent = new Agent({
		// HTTP/2 is no faster here (measured), and one broken connection would take every watch with it.
		allowH2: false,
		keepAliveTimeout: idleTimeout,
		headersTimeout: deadline,
		bodyTimeout: 0,
		connect: {
			...connection.tls,
			timeout: connectTimeout,
			keepAlive: true,
			keepAliveInitialDelay: idleTimeout,
		},
	});
	return {
		async send({ method, path, body }, auth, signal) {
			const type = body === undefined ? {} : { 'content-type': body.type };
			const headers = { accept: 'application/json', 'user-agent': 'spillway', ...type, ...auth };
			const content = body === undefined ? null : JSON.stringify(body.content);
			try {
				return await agent.request({ origin, path: base + path, method, headers, body: content, signal });
			} catch (error) {
				throw explainTransport(error, signal);
			}
		},
		close: () => agent.destroy(),
	};
}
