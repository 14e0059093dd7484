import { Octokit } from '@octokit/core';
import type { Milliseconds } from '../../model/time.ts';
import { isPlainPath } from '../http/api-path.ts';
import type { RawAnswer } from '../http/attempt.ts';
import { createForgeClient, understand } from '../http/client.ts';
import type { ExchangeOptions, ForgeExchange } from '../http/exchange.ts';
import { readLimit } from '../http/limits.ts';
import { createPace } from '../http/pace.ts';
import { type Asked, classifyAnswer, type ForgePlace, forgeError, redirectError } from '../http/refusal.ts';

export interface GitHubAsked extends Asked {
	/** Statuses beside 2xx that the caller knows what to make of. */
	readonly expected?: readonly number[];
}

export interface GitHubAnswer extends RawAnswer {
	/** Decoded; `undefined` where there is none, and where a refusal is not in JSON. */
	readonly body: unknown;
}

/** Which repository, in the words of the API's parameters. */
export interface GitHubRepository {
	readonly owner: string;
	readonly repo: string;
}

/** What every call hands on to Octokit: the repository, and the way out. */
export interface CallParameters extends GitHubRepository {
	readonly request: { readonly fetch: unknown };
}

export type Send = (octokit: Octokit, parameters: CallParameters) => Promise<unknown>;

export type SendPage = (
	octokit: Octokit,
	parameters: CallParameters & { readonly per_page: number; readonly page: number },
) => Promise<unknown>;

/** GitHub's API for one repository. Whatever goes wrong is a ForgeError. */
export interface GitHubApi extends ForgePlace {
	readonly repository: GitHubRepository;
	/** Throws for every status that is neither 2xx nor expected. */
	call(asked: GitHubAsked, send: Send, signal: AbortSignal): Promise<GitHubAnswer>;
	/** Calls, and reads the body by `read`, which throws UnreadableAnswerError for what it cannot make sense of. */
	ask<T>(asked: GitHubAsked, send: Send, read: (body: unknown) => T, signal: AbortSignal): Promise<T>;
	/** All items of all pages, as `read` finds them in each; none where the answer is an expected refusal. */
	items<T>(
		asked: GitHubAsked,
		send: SendPage,
		read: (body: unknown) => readonly T[],
		signal: AbortSignal,
	): Promise<readonly T[]>;
	/** Sends nothing for this long: an answer's body says that a limit is reached. */
	hold(span: Milliseconds): void;
	/** Goes up whenever another token is shown to GitHub than before. */
	tokensSeen(): number;
}

/** GitHub asks for a second between two requests that write, whatever they write. */
const writeSpan: Milliseconds = 1_000;

/** As many as GitHub gives at once. */
const pageSize = 100;

/** A list that never ends is an answer that cannot be understood. */
const maxPages = 400;

const silent = (): void => undefined;

/**
 * Octokit makes the requests: their routes and parameters are checked against GitHub's description when this is
 * compiled. They are sent by the exchange that all forges share, which sees to deadlines, retries, pacing and limits
 * on our clock, and is to be aborted at any time.
 */
export function createGitHubApi(options: ExchangeOptions, repository: GitHubRepository): GitHubApi {
	const client = createForgeClient({ ...options, pacing: 0 });
	const pace = createPace(options.clock, options.pacing ?? writeSpan);
	const octokit = new Octokit({
		baseUrl: options.baseUrl,
		userAgent: 'spillway',
		log: { debug: silent, info: silent, warn: silent, error: silent },
	});

	const call = async (asked: GitHubAsked, send: Send, signal: AbortSignal): Promise<GitHubAnswer> => {
		let answer: RawAnswer | undefined;
		let failure: { readonly error: unknown } | undefined;
		const fetch = async (url: string, request: OctokitRequest): Promise<Response> => {
			try {
				checkPath(options, asked, url);
				if (request.method !== 'GET') await pace(signal);
				answer = await client.exchange(toExchange(url, request, asked), signal);
				judge(options, asked, { url, answer });
			} catch (error) {
				failure = { error };
				throw error;
			}
			return toResponse(answer);
		};
		// What Octokit makes of a refusal says less than the answer does.
		await send(octokit, { ...repository, request: { fetch } }).catch((error: unknown) => {
			if (failure !== undefined) throw failure.error;
			if (answer === undefined) throw error;
		});
		if (answer === undefined) throw new Error(`nothing was sent to ${asked.what}`);
		return { ...answer, body: readBody(client, asked, answer) };
	};

	return {
		kind: client.kind,
		place: client.place,
		repository,
		call,
		hold: client.hold,
		tokensSeen: client.tokensSeen,
		async ask(asked, send, read, signal) {
			const { body } = await call(asked, send, signal);
			return understand(client, asked, () => read(body));
		},
		async items(asked, send, read, signal) {
			const items = [];
			for (let page = 1; page <= maxPages; page += 1) {
				const parts = { per_page: pageSize, page };
				const answer = await call(asked, (kit, given) => send(kit, { ...given, ...parts }), signal);
				if (answer.status >= 300) return items;
				items.push(...understand(client, asked, () => read(answer.body)));
				if (!/;\s*rel="?next"?/.test(answer.headers.get('link') ?? '')) return items;
			}
			const message = `GitHub, asked to ${asked.what}, gives more than ${maxPages} pages`;
			throw forgeError(client, 'E_FORGE_ANSWER', { message, retry: 'later' });
		},
	};
}

/** Names come from people: one that is `..` must not lead elsewhere. */
function checkPath(options: ExchangeOptions, { what }: GitHubAsked, url: string): void {
	const { origin } = new URL(options.baseUrl);
	const [path = ''] = url.slice(origin.length).split('?');
	if (url.startsWith(`${origin}/`) && isPlainPath(path)) return;
	const message = `there is no way to ask GitHub to ${what}: a name in it is none`;
	throw forgeError(options, 'E_FORGE_REFUSED', { message, retry: 'never' });
}

interface OctokitRequest {
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}

function toExchange(
	url: string,
	{ method, headers, body }: OctokitRequest,
	{ what, creates }: GitHubAsked,
): ForgeExchange {
	return {
		method,
		url,
		what,
		...(creates === undefined ? {} : { creates }),
		headers: {
			...headers,
			accept: 'application/vnd.github+json',
			'user-agent': 'spillway',
			'x-github-api-version': '2022-11-28',
		},
		...(body === undefined ? {} : { body }),
	};
}

/** Throws for what the caller does not expect. */
function judge(
	options: ExchangeOptions,
	asked: GitHubAsked,
	{ url, answer }: { readonly url: string; readonly answer: RawAnswer },
): void {
	const { status, headers } = answer;
	if (status >= 300 && status < 400) throw redirectError(options, asked, url, headers.get('location'));
	if (status >= 200 && status < 300) return;
	const limit = readLimit(answer, options.clock.now());
	if (limit !== undefined || asked.expected?.includes(status) !== true) {
		throw classifyAnswer(options, asked, answer, limit);
	}
}

function toResponse({ status, headers, text }: RawAnswer): Response {
	const type = headers.get('content-type');
	return new Response(text === '' ? null : text, {
		status,
		headers: type === null ? {} : { 'content-type': type },
	});
}

function readBody(at: ForgePlace, { what, creates }: GitHubAsked, { status, text }: RawAnswer): unknown {
	if (text.trim() === '') return undefined;
	try {
		return JSON.parse(text);
	} catch (cause) {
		if (status >= 300) return undefined;
		// A login page, or a proxy's: its words would help nobody.
		const message = `GitHub, asked to ${what}, answers with something that is not JSON`;
		throw forgeError(at, 'E_FORGE_ANSWER', { message, retry: 'later', isLost: creates === true, cause });
	}
}
