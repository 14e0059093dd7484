import type { Instant, Milliseconds } from '../model/time.ts';

/** A longer wait is taken for a wrong clock on the other side: nothing stays unwatched for longer than this. */
const longest: Milliseconds = 300_000;

/** Reads a Retry-After header (seconds or an HTTP date); `undefined` where it is absent or neither. */
export function parseRetryAfter(header: string | undefined, now: Instant): Milliseconds | undefined {
	if (header === undefined) return undefined;
	const text = header.trim();
	const span = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return Number.isNaN(span) ? undefined : Math.min(Math.max(0, span), longest);
}
