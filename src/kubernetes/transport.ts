import { isDeepStrictEqual } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';
import type { AuthHeaders, Connection } from './connection.ts';
import { createDispatcher } from './dispatcher.ts';
import { explainTransport, isDistrust, isLostConnection } from './no-answer.ts';

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
	/** Looks at the files of the connection where it is time to: before each request and its credentials. */
	look(): Promise<void>;
	/** Looks at the files of the connection now. True when requests to come use another certificate or CA. */
	refresh(): Promise<boolean>;
	/** Ends every connection, and what still runs on it. */
	close(): Promise<void>;
}

/** How often the files of a connection are looked at: the kubelet takes about a minute to replace them. */
const lookInterval: Milliseconds = 10_000;

/** `deadline` is for the response's head. */
export function createTransport(
	connection: Connection,
	{ clock, deadline }: { readonly clock: Clock; readonly deadline: Milliseconds },
): Transport {
	const { origin, pathname } = new URL(connection.server);
	const base = pathname.replace(/\/$/, '');
	const retired = new Set<Dispatcher>();
	let tls = connection.tls;
	let current = createDispatcher(connection, tls, deadline);
	let lookedAt = clock.now();

	/** Requests to come connect anew; those under way end where they began, watches within their span. */
	const replace = (): void => {
		const old = current;
		current = createDispatcher(connection, tls, deadline);
		retired.add(old);
		const forget = () => retired.delete(old);
		old.close().then(forget, forget);
	};

	const refresh = async (): Promise<boolean> => {
		if (connection.refresh === undefined) return false;
		lookedAt = clock.now();
		const next = await connection.refresh();
		if (isDeepStrictEqual(next, tls)) return false;
		tls = next;
		replace();
		return true;
	};

	const request = async (
		{ method, path, body }: ApiRequest,
		auth: AuthHeaders,
		signal: AbortSignal,
	): Promise<ApiResponse> => {
		const type = body === undefined ? {} : { 'content-type': body.type };
		const headers = { accept: 'application/json', 'user-agent': 'spillway', ...type, ...auth };
		const content = body === undefined ? null : JSON.stringify(body.content);
		const used = current;
		try {
			return await used.request({ origin, path: base + path, method, headers, body: content, signal });
		} catch (error) {
			// The server may have dropped the connection just as we reused it, and others with it.
			if (used === current && isLostConnection(error)) replace();
			throw error;
		}
	};

	return {
		async send(asked, auth, signal) {
			try {
				return await request(asked, auth, signal).catch((error: unknown) => {
					if (asked.method !== 'GET' || signal.aborted || !isLostConnection(error)) throw error;
					return request(asked, auth, signal);
				});
			} catch (error) {
				if (!signal.aborted && isDistrust(error)) await refresh();
				throw explainTransport(error, signal);
			}
		},
		async look() {
			if (clock.now() - lookedAt >= lookInterval) await refresh();
		},
		refresh,
		async close() {
			await Promise.all([current, ...retired].map((each) => each.destroy()));
		},
	};
}
