import { formatDuration, type Milliseconds } from '../../model/time.ts';

const minute: Milliseconds = 60_000;
const hour: Milliseconds = 60 * minute;
const day: Milliseconds = 24 * hour;

/** A span as exactly as people care: `12s`, `5m`, `3h`, `2d`. What lies ahead, by another clock, is `0s`. */
export function formatAge(span: Milliseconds): string {
	if (span >= 2 * day) return `${Math.floor(span / day)}d`;
	if (span >= 2 * hour) return formatDuration(Math.floor(span / hour) * hour);
	if (span >= 2 * minute) return formatDuration(Math.floor(span / minute) * minute);
	return formatDuration(Math.floor(Math.max(0, span) / 1000) * 1000);
}
