import test from 'ava';
import { earlier, formatDuration } from '../../src/model/time.ts';

for (const [span, text] of [
	[0, '0s'],
	[-5, '0s'],
	[0.4, '0s'],
	[250, '250ms'],
	[1_000, '1s'],
	[90_000, '1m30s'],
	[120_000, '2m'],
	[3_600_000, '1h'],
	[3_661_001, '1h1m1s1ms'],
	[172_800_000, '48h'],
	[999.6, '1s'],
] as const) {
	test(`${span} ms are written ${text}`, (t) => {
		t.is(formatDuration(span), text);
	});
}

test('never is later than any time', (t) => {
	t.is(earlier(undefined, 5), 5);
	t.is(earlier(5, undefined), 5);
	t.is(earlier(7, 5), 5);
	t.is(earlier(undefined, undefined), undefined);
});
