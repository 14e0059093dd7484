import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../model/ports/clock.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { orAborted, withAbortScope } from './abort-scope.ts';
import type { AuthHeaders, Connection } from './connection.ts';
import { NoAnswerError } from './no-answer.ts';
import { readChunks, readText } from './response-body.ts';
import { parseRetryAfter } from './retry-after.ts';
import { type ApiRequest, type ApiResponse, createTransport } from './transport.ts';

export interface ApiAnswer {
	readonly status: number;
	readonly text: string;
	readonly retryAfter?: Milliseconds;
}

export type ApiStream =
	/** Status 200: the body as it comes. Iterating throws NoAnswerError when the connection breaks. */
	| { readonly kind: 'open'; readonly chunks: AsyncIterable<Uint8Array> }
	| { readonly kind: 'answered'; readonly answer: ApiAnswer };

/** HTTP to one cluster's API. Throws NoAnswerError, or ProblemError where no credentials can be had. */
export interface ApiClient {
	/** One request and its whole answer, whatever its status, within the deadline. */
	request(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
	/** A GET whose body goes on until the server or `signal` ends it; only its start has the deadline. */
	open(path: string, signal: AbortSignal): Promise<ApiStream>;
	/** Ends every connection, and what still runs on it. */
	close(): Promise<void>;
}

export interface ApiClientOptions {
	readonly connection: Connection;
	readonly clock: Clock;
	/** By default 10 s, ten times what Kubernetes promises for 99 % of its answers to writes. */
	readonly deadline?: Milliseconds;
}

export function createApiClient({ connection, clock, deadline = 10_000 }: ApiClientOptions): ApiClient {
	const transport = createTransport(connection, { clock, deadline });

	/**
	 * Sends once more when the server refuses credentials that can be renewed. `limit` gives what is not sent yet a
	 * deadline, where the whole has none.
	 */
	const send = async (request: ApiRequest, signal: AbortSignal, limit: Limit): Promise<ApiResponse> => {
		const auth = await limit(async () => {
			await transport.look();
			return connection.authorize();
		});
		const response = await transport.send(request, auth, signal);
		if (response.statusCode !== 401) return response;
		const renewed = await limit(() => connection.authorize(auth));
		// A certificate is refused as a token is; a connection keeps the one it began with.
		const reconnected = await transport.refresh();
		if (!reconnected && isDeepStrictEqual(renewed, auth)) return response;
		await response.body.dump();
		return transport.send(request, renewed, signal);
	};

	const readAnswer = async (response: ApiResponse, signal: AbortSignal): Promise<ApiAnswer> => {
		const header = response.headers['retry-after'];
		const retryAfter = parseRetryAfter(Array.isArray(header) ? header[0] : header, clock.now());
		const text = await readText(response, signal);
		return { status: response.statusCode, text, ...(retryAfter === undefined ? {} : { retryAfter }) };
	};

	return {
		request: (request, signal) =>
			withDeadline(deadline, signal, async (limited) =>
				readAnswer(await send(request, limited, (run) => run()), limited),
			),
		async open(path, signal) {
			const response = await send({ method: 'GET', path }, signal, (run) =>
				withDeadline(deadline, signal, run),
			);
			if (response.statusCode === 200) return { kind: 'open', chunks: readChunks(response, signal) };
			const answer = await withDeadline(deadline, signal, (limited) => readAnswer(response, limited));
			return { kind: 'answered', answer };
		},
		close: () => transport.close(),
	};
}

type Limit = (run: () => Promise<AuthHeaders>) => Promise<AuthHeaders>;

/** Rejects with a NoAnswerError once `span` is over, whether or not `run` heeds its signal. */
function withDeadline<T>(
	span: Milliseconds,
	signal: AbortSignal,
	run: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
	return withAbortScope(signal, async (scope) => {
		const end = () => {
			scope.abort(new NoAnswerError(`no answer within ${formatDuration(span)}`, { maybeActedOn: true }));
		};
		const timer = setTimeout(end, span);
		try {
			return await orAborted(run(scope.signal), scope.signal);
		} finally {
			clearTimeout(timer);
		}
	});
}
