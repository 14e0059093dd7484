import type { Clock } from '../../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { RawAnswer } from './attempt.ts';
import type { AnswerHeaders } from './fetch.ts';

/** Where a forge limits us without saying for how long: GitHub asks for a minute at least. */
const unsaid: Milliseconds = 60_000;

const shortest: Milliseconds = 1_000;

/** A longer wait is taken for a wrong clock on the other side. */
const longest: Milliseconds = 24 * 3_600_000;

/** Reset headers hold seconds from now, or since the epoch, which are more than this. */
const leastEpoch = 1_000_000_000;

/**
 * For how long the forge wants no more calls; `undefined` where the answer says nothing of the kind. Read from
 * Retry-After (RFC 9110), from `x-ratelimit-reset` (GitHub) and `ratelimit-reset` (GitLab) once nothing remains, and
 * from the words in which GitHub speaks of its secondary limits.
 */
export function readLimit({ status, headers, text }: RawAnswer, now: Instant): Milliseconds | undefined {
	if (status !== 403 && status !== 429 && status !== 503) return undefined;
	const said = readRetryAfter(headers, now) ?? (status === 503 ? undefined : readReset(headers, now));
	if (said !== undefined) return Math.min(Math.max(said, shortest), longest);
	const isLimit =
		status === 429 || (status === 403 && /secondary rate|rate limit exceeded|abuse detect/i.test(text));
	return isLimit ? unsaid : undefined;
}

function readRetryAfter(headers: AnswerHeaders, now: Instant): Milliseconds | undefined {
	const text = headers.get('retry-after')?.trim() ?? '';
	if (/^\d+$/.test(text)) return Number(text) * 1_000;
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : at - theirNow(headers, now);
}

function readReset(headers: AnswerHeaders, now: Instant): Milliseconds | undefined {
	const read = (name: string): string | null =>
		headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`);
	const reset = read('reset')?.trim() ?? '';
	if (read('remaining')?.trim() !== '0' || !/^\d+$/.test(reset)) return undefined;
	const seconds = Number(reset);
	return seconds < leastEpoch ? seconds * 1_000 : seconds * 1_000 - theirNow(headers, now);
}

/** The forge's clock and ours may differ, and it is the forge's that the limit goes by. */
function theirNow(headers: AnswerHeaders, now: Instant): Instant {
	const date = Date.parse(headers.get('date') ?? '');
	return Number.isNaN(date) ? now : date;
}

/** Remembers for how long nothing is to be sent. */
export interface Limits {
	/** How long it still is; 0 where nothing is in the way. */
	rest(): Milliseconds;
	hold(span: Milliseconds): void;
}

export function createLimits(clock: Pick<Clock, 'now'>): Limits {
	let until: Instant = Number.NEGATIVE_INFINITY;
	return {
		rest: () => Math.max(0, until - clock.now()),
		hold(span) {
			until = Math.max(until, clock.now() + span);
		},
	};
}
