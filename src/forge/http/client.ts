import type { Milliseconds } from '../../model/time.ts';
import { isPlainPath } from './api-path.ts';
import type { RawAnswer } from './attempt.ts';
import { createExchange, type Exchange, type ExchangeOptions, type ForgeExchange } from './exchange.ts';
import type { AnswerHeaders } from './fetch.ts';
import { UnreadableAnswerError } from './fields.ts';
import { readLimit } from './limits.ts';
import { type Asked, classifyAnswer, type ForgePlace, forgeError, redirectError } from './refusal.ts';

export interface ForgeRequest extends Asked {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Below the base URL; `apiPath` makes it. */
	readonly path: string;
	/** A list: the name is repeated with each. */
	readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
	/** Sent as JSON. */
	readonly body?: unknown;
	/** Statuses beside 2xx that the caller knows what to make of. */
	readonly expected?: readonly number[];
}

export interface ForgeAnswer {
	readonly status: number;
	readonly headers: AnswerHeaders;
	/** Decoded; `undefined` where there is none, and where a refusal is not in JSON. */
	readonly body: unknown;
	readonly text: string;
}

/** HTTP to one forge. Whatever goes wrong is a ForgeError; an aborted call throws its signal's reason. */
export interface ForgeClient extends ForgePlace {
	/** Throws for every status that is neither 2xx nor expected. */
	send(request: ForgeRequest, signal: AbortSignal): Promise<ForgeAnswer>;
	/** Sends, and reads the body by `read`, which throws UnreadableAnswerError for what it cannot make sense of. */
	ask<T>(request: ForgeRequest, read: (body: unknown) => T, signal: AbortSignal): Promise<T>;
	/** The answer to what another library asks, whatever its status. */
	readonly exchange: Exchange;
	/** Sends nothing for this long: for limits that a forge tells of in a body. */
	hold(span: Milliseconds): void;
	/** How many tokens were used so far, one after the other: with another one, who we are may be another answer. */
	tokensSeen(): number;
}

export function createForgeClient(options: ExchangeOptions): ForgeClient {
	const { kind, place, clock } = options;
	const at: ForgePlace = { kind, place };
	const { exchange, limits, tokensSeen } = createExchange(options);

	const send = async (request: ForgeRequest, signal: AbortSignal): Promise<ForgeAnswer> => {
		const asked = writeRequest(options, request);
		const answer = await exchange(asked, signal);
		const { status, headers } = answer;
		if (status >= 300 && status < 400) {
			throw redirectError(at, request, asked.url, headers.get('location'));
		}
		const isFine = status >= 200 && status < 300;
		const limit = readLimit(answer, clock.now());
		if (!isFine && (limit !== undefined || request.expected?.includes(status) !== true)) {
			throw classifyAnswer(at, request, answer, limit);
		}
		return { ...answer, body: readBody(at, request, answer) };
	};

	return {
		...at,
		send,
		exchange,
		hold: limits.hold,
		tokensSeen,
		async ask(request, read, signal) {
			const { body } = await send(request, signal);
			return understand(at, request, () => read(body));
		},
	};
}

/** Calls `read`; what it cannot make sense of becomes E_FORGE_ANSWER. */
export function understand<T>(at: ForgePlace, asked: Asked, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof UnreadableAnswerError)) throw error;
		throw notUnderstood(at, asked, `has ${error.message} in its answer`, error);
	}
}

function writeRequest(options: ExchangeOptions, request: ForgeRequest): ForgeExchange {
	const { method, path, query = {}, body, what, creates } = request;
	if (!isPlainPath(path)) {
		const message = `there is no way to ask ${options.kind} to ${what}: a name in it is none`;
		throw forgeError(options, 'E_FORGE_REFUSED', { message, retry: 'never' });
	}
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		for (const each of [value].flat()) search.append(name, String(each));
	}
	const url = `${options.baseUrl}${path}${search.size === 0 ? '' : `?${search}`}`;
	const asked = creates === undefined ? { what } : { what, creates };
	const accept = { accept: 'application/json' };
	if (body === undefined) return { method, url, ...asked, headers: accept };
	const headers = { ...accept, 'content-type': 'application/json' };
	return { method, url, ...asked, headers, body: JSON.stringify(body) };
}

function readBody(at: ForgePlace, asked: Asked, { status, text }: RawAnswer): unknown {
	if (text.trim() === '') return undefined;
	try {
		return JSON.parse(text);
	} catch (cause) {
		if (status >= 300) return undefined;
		// A login page, or a proxy's: its words would help nobody.
		throw notUnderstood(at, asked, 'answers with something that is not JSON', cause);
	}
}

function notUnderstood(at: ForgePlace, { what, creates }: Asked, met: string, cause: unknown): Error {
	const message = `${at.kind}, asked to ${what}, ${met}`;
	return forgeError(at, 'E_FORGE_ANSWER', { message, retry: 'later', isLost: creates === true, cause });
}
