import test from 'ava';
import { formatAge } from '../../../src/cli/trace/age.ts';

for (const [span, text] of [
	[-5_000, '0s'],
	[999, '0s'],
	[59_999, '59s'],
	[119_000, '1m59s'],
	[125_000, '2m'],
	[7_199_000, '1h59m'],
	[7_200_000, '2h'],
	[172_799_000, '47h'],
	[172_800_000, '2d'],
] as const) {
	test(`${span} ms are ${text}`, (t) => t.is(formatAge(span), text));
}
