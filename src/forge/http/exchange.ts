import type { Clock, Random } from '../../model/ports/clock.ts';
import { ForgeError } from '../../model/ports/forge.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import { attempt, NoAnswerError, type RawAnswer } from './attempt.ts';
import type { HttpFetch } from './fetch.ts';
import { createLimits, type Limits, readLimit } from './limits.ts';
import { createPace } from './pace.ts';
import { type Asked, type ForgePlace, forgeError, limitError, noAnswerError } from './refusal.ts';
import { withRetries } from './retry.ts';
import { createRefusedToken, type TokenSource } from './token-source.ts';

/** A request as another library makes it. */
export interface ForgeExchange extends Asked {
	readonly method: string;
	/** In full, on the forge's own host. */
	readonly url: string;
	/** Names in lower case. Who we are is added. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
}

export interface ExchangeOptions extends ForgePlace {
	/** Of the API, without a slash at its end: `https://git.example.com/api/v1`. */
	readonly baseUrl: string;
	readonly tokens: TokenSource;
	readonly fetch: HttpFetch;
	readonly clock: Clock;
	readonly random: Random;
	/** Between two calls that create something. Default 1 s, as GitHub asks for; 0 suits a forge of one's own. */
	readonly pacing?: Milliseconds;
	/** How a token is shown. Default `Bearer`. */
	readonly authorize?: (token: string) => string;
}

/** Gets an answer, whatever its status. Throws ForgeError where there is none. */
export type Exchange = (request: ForgeExchange, signal: AbortSignal) => Promise<RawAnswer>;

/** Sends what it is given with deadline, retries, token, pacing and the forge's limits seen to. */
export function createExchange(options: ExchangeOptions): {
	readonly exchange: Exchange;
	readonly limits: Limits;
	/** How many tokens were used so far, one after the other. */
	readonly tokensSeen: () => number;
} {
	const { clock, tokens } = options;
	const limits = createLimits(clock);
	const refused = createRefusedToken(clock);
	const pace = createPace(clock, options.pacing ?? 1_000);
	const { origin } = new URL(options.baseUrl);
	let seen: { readonly token: string; readonly count: number } | undefined;

	const send = (request: ForgeExchange, token: string, signal: AbortSignal): Promise<RawAnswer> => {
		const { random } = options;
		const isHeld = (): boolean => limits.rest() > 0;
		if (seen?.token !== token) seen = { token, count: (seen?.count ?? 0) + 1 };
		const parts = { clock, random, signal, creates: request.creates === true, isHeld };
		return withRetries(parts, () => sendOnce({ ...options, limits, token }, request, signal)).catch(
			(error) => {
				throw error instanceof NoAnswerError ? noAnswerError(options, request, error) : error;
			},
		);
	};

	/** The token that takes the place of one that was refused; `undefined` where there is no other. */
	const renew = async (old: string, signal: AbortSignal): Promise<string | undefined> => {
		refused.refuse(old);
		const token = await takeToken(options, tokens, old, signal);
		return token === old || refused.rest(token) > 0 ? undefined : token;
	};

	const exchange: Exchange = async (request, signal) => {
		if (new URL(request.url).origin !== origin) throw new RangeError(`a request that is not for ${origin}`);
		if (request.creates === true) await pace(signal);
		const token = await takeToken(options, tokens, undefined, signal);
		if (refused.rest(token) > 0) throw refusedError(options);
		const answer = await send(request, token, signal);
		const renewed = answer.status === 401 ? await renew(token, signal) : undefined;
		if (renewed === undefined) return answer;
		const second = await send(request, renewed, signal);
		if (second.status === 401) refused.refuse(renewed);
		return second;
	};
	return { exchange, limits, tokensSeen: () => seen?.count ?? 0 };
}

/** One request. What its answer says of limits holds from then on. */
async function sendOnce(
	options: ExchangeOptions & { readonly limits: Limits; readonly token: string },
	request: ForgeExchange,
	signal: AbortSignal,
): Promise<RawAnswer> {
	const { clock, limits, token } = options;
	const rest = limits.rest();
	if (rest > 0) throw limitError(options, rest);
	const { method, url, body } = request;
	const authorization = options.authorize?.(token) ?? `Bearer ${token}`;
	const headers = { 'user-agent': 'spillway', ...request.headers, authorization };
	const content = body === undefined ? {} : { body };
	const answer = await attempt(options, url, { method, headers, ...content, redirect: 'manual', signal });
	limits.hold(readLimit(answer, clock.now()) ?? 0);
	// A proxy may show what it was sent.
	const shown = authorization.slice(authorization.indexOf(' ') + 1);
	return { ...answer, text: answer.text.replaceAll(token, '…').replaceAll(shown, '…') };
}

async function takeToken(
	at: ForgePlace,
	tokens: TokenSource,
	old: string | undefined,
	signal: AbortSignal,
): Promise<string> {
	const token = await tokens.token(old, signal).catch((error: unknown) => {
		throw signal.aborted ? signal.reason : explainToken(error);
	});
	if (/^[\x21-\x7e]+$/.test(token)) return token;
	const message = `the token for ${at.kind} holds characters that no token has, or none at all`;
	throw forgeError(at, 'E_FORGE_AUTH', { message, retry: 'later' });
}

/** Whoever makes the token says what is wrong, such as a key that does not fit. */
function explainToken(error: unknown): unknown {
	if (error instanceof ForgeError || !(error instanceof ProblemError)) return error;
	const isPassing = error.problem.code === 'E_GIT_UNREACHABLE';
	return new ForgeError(error.problem, { retry: isPassing ? 'soon' : 'later' }, { cause: error });
}

function refusedError(at: ForgePlace): ForgeError {
	return forgeError(at, 'E_FORGE_AUTH', { message: `${at.kind} has refused the token`, retry: 'later' });
}
