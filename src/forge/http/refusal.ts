import type { forgeProblems } from '../../model/catalogue/forges.ts';
import { ForgeError, type ForgeKind, type ForgeRetry } from '../../model/ports/forge.ts';
import { problem } from '../../model/problem.ts';
import { formatDuration, type Milliseconds } from '../../model/time.ts';
import type { NoAnswerError, RawAnswer } from './attempt.ts';
import { readWords } from './said.ts';

/** Which forge it is, for people. */
export interface ForgePlace {
	readonly kind: ForgeKind;
	/** The repository's page, or the forge's. */
	readonly place: string;
}

/** What was asked for. */
export interface Asked {
	/** Follows "refuses to": `open a pull request`. */
	readonly what: string;
	/** Doing it twice is not the same as doing it once. */
	readonly creates?: true;
}

export interface RefusalFacts {
	readonly message: string;
	readonly retry: ForgeRetry;
	readonly retryAfter?: Milliseconds;
	readonly isLost?: boolean;
	readonly remedy?: string;
	readonly cause?: unknown;
}

export function forgeError(
	{ place }: ForgePlace,
	code: keyof typeof forgeProblems,
	{ message, remedy, cause, ...facts }: RefusalFacts,
): ForgeError {
	const where = { kind: 'named', name: place } as const;
	return new ForgeError(
		problem(code, { where, message, remedy }),
		facts,
		cause === undefined ? {} : { cause },
	);
}

/** Nothing is sent while a limit lasts. */
export function limitError(at: ForgePlace, retryAfter: Milliseconds): ForgeError {
	const message = `${at.kind} wants no calls for another ${formatDuration(Math.ceil(retryAfter / 1_000) * 1_000)}`;
	return forgeError(at, 'E_FORGE_LIMITED', { message, retry: 'soon', retryAfter });
}

/** A call that nothing answered. */
export function noAnswerError(at: ForgePlace, { what, creates }: Asked, cause: NoAnswerError): ForgeError {
	const isLost = creates === true && !cause.isUnsent;
	if (cause.isTooLong) {
		const message = `${at.kind}, asked to ${what}, gives ${cause.message}`;
		return forgeError(at, 'E_FORGE_ANSWER', { message, retry: 'later', isLost, cause });
	}
	const message = `${at.kind}, asked to ${what}, does not answer: ${cause.message}`;
	return forgeError(at, 'E_FORGE_UNREACHABLE', { message, retry: 'soon', isLost, cause });
}

/** What an answer means that is none of those that the call expects. `limit`: how long the forge wants no more. */
export function classifyAnswer(
	at: ForgePlace,
	{ what, creates }: Asked,
	{ status, headers, text }: RawAnswer,
	limit?: Milliseconds,
): ForgeError {
	const words = readWords(text);
	const message = `${at.kind} answers ${status} when asked to ${what}${words === '' ? '' : `: ${words}`}`;
	const fail = (code: keyof typeof forgeProblems, facts: Omit<RefusalFacts, 'message'>): ForgeError =>
		forgeError(at, code, { message, ...facts });
	const wait = limit === undefined ? {} : { retryAfter: limit };
	if (status >= 500) {
		return fail('E_FORGE_UNREACHABLE', { retry: 'soon', isLost: creates === true, ...wait });
	}
	if (limit !== undefined) return fail('E_FORGE_LIMITED', { retry: 'soon', ...wait });
	switch (status) {
		case 401:
			return fail('E_FORGE_AUTH', { retry: 'later' });
		case 403: {
			const rights = headers.get('x-accepted-github-permissions') ?? '';
			const lacking = /^[\w=,; -]{1,200}$/.test(rights) ? `${message}; it needs ${rights}` : message;
			return fail('E_FORGE_RIGHTS', { retry: 'later', message: lacking } as RefusalFacts);
		}
		case 404:
		case 410:
			return fail('E_FORGE_REPOSITORY', { retry: 'later' });
		case 408:
			return fail('E_FORGE_UNREACHABLE', { retry: 'soon' });
		default:
			return status >= 400
				? fail('E_FORGE_REFUSED', { retry: 'later' })
				: fail('E_FORGE_ANSWER', { retry: 'later', isLost: creates === true });
	}
}

/** A redirect, which is not followed: the token is for whom it was given to. */
export function redirectError(
	at: ForgePlace,
	asked: Asked,
	from: string,
	location: string | null,
): ForgeError {
	const to = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined;
	const told = to === undefined ? 'elsewhere' : `to ${to.origin}${to.pathname}`;
	const message = `${at.kind}, asked to ${asked.what}, sends us ${told}`;
	const isHere = to?.origin === new URL(from).origin;
	const moved = { message, retry: 'later', remedy: 'if the repository was renamed, correct --repo' } as const;
	return isHere
		? forgeError(at, 'E_FORGE_REPOSITORY', moved)
		: forgeError(at, 'E_FORGE_ANSWER', { message, retry: 'later' });
}
