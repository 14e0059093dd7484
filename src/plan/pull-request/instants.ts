import { formatDuration, type Instant } from '../../model/time.ts';

/** Whole seconds in UTC; the only thing asked of the language's calendar. */
const calendar = new Intl.DateTimeFormat('en', {
	timeZone: 'UTC',
	calendar: 'iso8601',
	numberingSystem: 'latn',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit',
	hourCycle: 'h23',
});

/** ECMAScript has no later day. */
const lastInstant: Instant = 8_640_000_000_000_000;

/** `2026-11-21 18:14:26 UTC`. Never an age: a text must not grow old by itself. */
export function formatInstant(at: Instant): string {
	const parts = calendar.formatToParts(Math.min(at, lastInstant));
	const part = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
	const date = ['year', 'month', 'day'].map(part).join('-');
	const time = ['hour', 'minute', 'second'].map(part).join(':');
	return `${date} ${time} UTC`;
}

/** Whether it stands for "never". */
export function isNever(at: Instant): boolean {
	return at > lastInstant;
}

/** `30s before the decision`. */
export function relateTo(at: Instant, decidedAt: Instant): string {
	const span = Math.round((decidedAt - at) / 1000) * 1000;
	if (span === 0) return 'at the decision';
	return `${formatDuration(Math.abs(span))} ${span > 0 ? 'before' : 'after'} the decision`;
}
