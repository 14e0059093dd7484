import test from 'ava';
import { parseRetryAfter } from '../../src/kubernetes/retry-after.ts';

const now = Date.parse('2026-11-21T09:00:00Z');

const cases: readonly (readonly [string, string | undefined, number | undefined])[] = [
	['seconds', '7', 7_000],
	['seconds with blanks', ' 7 ', 7_000],
	['zero', '0', 0],
	['an HTTP date', 'Sat, 21 Nov 2026 09:00:30 GMT', 30_000],
	['a date that is over', 'Sat, 21 Nov 2026 08:00:00 GMT', 0],
	['more than five minutes', '86400', 300_000],
	['no header', undefined, undefined],
	['neither seconds nor a date', 'soon', undefined],
];

for (const [what, header, expected] of cases) {
	test(`Retry-After: ${what}`, (t) => {
		t.is(parseRetryAfter(header, now), expected);
	});
}
