import test from 'ava';
import fc from 'fast-check';
import { backOff } from '../../src/model/backoff.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a wait lies in the upper half of its span, and never reaches over 30 s', (t) => {
	fc.assert(
		fc.property(fc.nat(10_000), chance, (failures, random) => {
			const ceiling = Math.min(30_000, 500 * 2 ** failures);
			const wait = backOff(failures, () => random);
			t.true(wait >= ceiling / 2 && wait <= ceiling);
		}),
	);
});

test('each failure waits at least as long as the one before at the same chance', (t) => {
	fc.assert(
		fc.property(fc.nat(100), chance, (failures, random) => {
			t.true(backOff(failures + 1, () => random) >= backOff(failures, () => random));
		}),
	);
});

test('the first wait is 0.25 to 0.5 s, and many failures end at 15 to 30 s', (t) => {
	t.deepEqual([backOff(0, () => 0), backOff(0, () => 1)], [250, 500]);
	t.deepEqual([backOff(1e9, () => 0), backOff(1e9, () => 1)], [15_000, 30_000]);
});
