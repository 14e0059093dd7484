import type { Clock } from '../model/ports/clock.ts';
import { type Problem, ProblemError, problem, showText } from '../model/problem.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { signAppToken } from './app-token.ts';
import type { HttpFetch } from './http/fetch.ts';
import type { TokenSource } from './http/token-source.ts';

/** A GitHub App that is installed where the repository is. */
export interface GitHubApp {
	/** The App's id, or its client id. */
	readonly appId: string;
	readonly installationId: string;
	/** PEM, as GitHub hands it out. */
	readonly privateKey: string;
}

export interface GitHubAppOptions {
	readonly app: GitHubApp;
	/** Of the REST API: `https://api.github.com`, `https://github.example.com/api/v3`. */
	readonly baseUrl: string;
	/** The one repository that tokens are good for, without its owner. */
	readonly repository: string;
	readonly fetch: HttpFetch;
	readonly clock: Pick<Clock, 'now'>;
	/** Where the App's key comes from, for people. */
	readonly place: string;
}

interface Held {
	readonly token: string;
	readonly renewAt: Instant;
	readonly expiresAt: Instant;
}

/** For one request to the API. */
const deadline: Milliseconds = 10_000;

/** A token is renewed after this share of its life … */
const renewAfter = 0.75;

/** … and where that fails while it is still good, after this long again. */
const renewPause: Milliseconds = 10_000;

/**
 * Tokens that stand for the App's installation, for Git and for the API alike; each is good for an hour, and is renewed in
 * time. Throws ProblemError, which repeats neither key nor token.
 */
export function createGitHubAppTokens(options: GitHubAppOptions): TokenSource {
	const { clock } = options;
	let held: Held | undefined;
	let renewing: Promise<Held> | undefined;

	/** Callers share one request, and each may leave before it is answered. */
	const renew = (): Promise<Held> => {
		renewing ??= requestToken(options)
			.then((next) => {
				held = next;
				return next;
			})
			.finally(() => {
				renewing = undefined;
			});
		return renewing;
	};

	return {
		async token(refused, signal) {
			const now = clock.now();
			if (held !== undefined && held.token !== refused && now < held.renewAt) return held.token;
			const kept = held !== undefined && held.token !== refused && now < held.expiresAt ? held : undefined;
			try {
				return (await untilAborted(renew(), signal)).token;
			} catch (error) {
				if (kept === undefined || signal.aborted) throw error;
				held = { ...kept, renewAt: now + renewPause };
				return kept.token;
			}
		},
	};
}

async function requestToken(options: GitHubAppOptions): Promise<Held> {
	const now = options.clock.now();
	const first = await ask(options, now);
	// GitHub refuses a token from the future: where our clock is wrong, its own says so.
	const { status, text, date } = first.status === 401 ? await ask(options, first.date) : first;
	if (status !== 201) throw new ProblemError(describeRefusal(options, status, text));
	const { token, expires_at: expiry } = parseObject(text);
	if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || typeof expiry !== 'string') {
		throw new ProblemError(describe(options, 'E_GIT_UNREACHABLE', 'GitHub’s answer holds no token'));
	}
	const life = Date.parse(expiry) - date;
	const span = life > 0 ? life : 0;
	return { token, renewAt: now + span * renewAfter, expiresAt: now + span };
}

interface ApiAnswer {
	readonly status: number;
	readonly text: string;
	/** By GitHub's clock, where it tells; else `at`. */
	readonly date: Instant;
}

async function ask(options: GitHubAppOptions, at: Instant): Promise<ApiAnswer> {
	const { app, baseUrl, repository, fetch } = options;
	const url = `${baseUrl}/app/installations/${encodeURIComponent(app.installationId)}/access_tokens`;
	const headers = {
		accept: 'application/vnd.github+json',
		authorization: `Bearer ${signWith(options, at)}`,
		'content-type': 'application/json',
		'user-agent': 'spillway',
		'x-github-api-version': '2022-11-28',
	};
	const body = JSON.stringify({ repositories: [repository] });
	const signal = AbortSignal.timeout(deadline);
	try {
		const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal });
		const date = Date.parse(answer.headers.get('date') ?? '');
		return { status: answer.status, text: await answer.text(), date: Number.isFinite(date) ? date : at };
	} catch (cause) {
		const message = `GitHub does not answer: ${causeOf(cause)}`;
		throw new ProblemError(describe(options, 'E_GIT_UNREACHABLE', message), { cause });
	}
}

function signWith(options: GitHubAppOptions, at: Instant): string {
	try {
		return signAppToken(options.app, at);
	} catch (cause) {
		const message = 'githubAppPrivateKey is not an RSA private key';
		throw new ProblemError(describe(options, 'E_GIT_CREDENTIALS', message), { cause });
	}
}

function describeRefusal(options: GitHubAppOptions, status: number, text: string): Problem {
	const { message } = parseObject(text);
	const said = typeof message === 'string' ? `: ${showText(message, 200)}` : '';
	const known = { 401: 'the App’s id and key do not fit', 404: 'there is no such installation of the App' };
	const why = known[status as keyof typeof known] ?? `GitHub answers ${status}`;
	const isOurs = status === 401 || status === 403 || status === 404 || status === 422;
	return describe(options, isOurs ? 'E_GIT_AUTH' : 'E_GIT_UNREACHABLE', `${why}${said}`);
}

function describe(
	{ place }: GitHubAppOptions,
	code: 'E_GIT_AUTH' | 'E_GIT_UNREACHABLE' | 'E_GIT_CREDENTIALS',
	message: string,
): Problem {
	const remedy =
		'check githubAppID, githubAppInstallationID and githubAppPrivateKey, and that the App is installed';
	const where = { kind: 'named', name: place } as const;
	return problem(code, { where, message, remedy: code === 'E_GIT_UNREACHABLE' ? undefined : remedy });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

/** Fetch hides why it failed in a cause. */
function causeOf(error: unknown): string {
	const cause = error instanceof Error ? (error.cause ?? error) : error;
	return showText(cause instanceof Error ? cause.message : String(cause), 200);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const abort = (): void => reject(signal.reason);
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
	});
}
