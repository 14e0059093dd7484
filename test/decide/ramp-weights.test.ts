import test from 'ava';
import fc from 'fast-check';
import { weightsAt } from '../../src/decide/ramp-weights.ts';
import {
	maxWeightSum,
	sameRatio,
	shareOf,
	totalWeight,
	undeliverable,
	type Weights,
} from '../../src/model/weights.ts';
import { weights } from '../support/policies.ts';

for (const [from, to, expected] of [
	[
		{ a: 0, b: 1 },
		{ a: 1, b: 0 },
		{ 10: [10, 90], 33: [33, 67], 50: [50, 50], 99: [99, 1], 100: [1, 0] },
	],
	[
		{ a: 0, b: 0, c: 1 },
		{ a: 70, b: 30, c: 0 },
		{ 10: [7, 3, 90], 50: [35, 15, 50], 100: [70, 30, 0] },
	],
	[
		{ a: 0, b: 0, c: 1 },
		{ a: 1, b: 2, c: 0 },
		{ 10: [10, 20, 270], 30: [10, 20, 70], 100: [1, 2, 0] },
	],
	[
		{ a: 0, b: 1 },
		{ a: 70, b: 0 },
		{ 10: [10, 90], 100: [70, 0] },
	],
	[
		{ a: 1, b: 9 },
		{ a: 1, b: 0 },
		{ 10: [19, 81], 50: [55, 45] },
	],
	[
		{ a: 30, b: 70, c: 0 },
		{ a: 30, b: 0, c: 70 },
		{ 10: [30, 63, 7], 50: [30, 35, 35] },
	],
	[
		{ a: 0, b: 1 },
		{ a: 400_000, b: 0 },
		{ 1: [1, 99], 100: [400_000, 0] },
	],
] as const) {
	test(`from ${Object.values(from)} to ${Object.values(to)}`, (t) => {
		for (const [percent, values] of Object.entries(expected)) {
			t.deepEqual([...weightsAt(weights(from), weights(to), Number(percent)).values()], [...values], percent);
		}
	});
}

test('the smallest step moves something, also where the weights are too odd for a percentage', (t) => {
	const from = weights({ a: 1, b: 99_990, c: 7 });
	const to = weights({ a: 99_991, b: 3, c: 0 });
	const step = weightsAt(from, to, 1);
	t.is(undeliverable(step), undefined);
	t.true(shareOf(step, 'a') > shareOf(from, 'a'));
});

const names = ['a', 'b', 'c', 'd'];

function anyWeights(one: fc.Arbitrary<number>): fc.Arbitrary<Weights> {
	return fc
		.array(one, { minLength: names.length, maxLength: names.length })
		.map((values) => new Map(names.map((name, index) => [name, values[index] ?? 0])))
		.filter((all) => totalWeight(all) > 0);
}

const small = fc.constantFrom(0, 0, 1, 2, 30, 70);
const anyEnd = anyWeights(fc.oneof(small, fc.integer({ min: 0, max: 100_000 })));
/** Live weights may be anything that an object can carry, in thousandths of fractions. */
const anyStart = anyWeights(
	fc.oneof(small, fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2 ** 41 })),
);
const percent = fc.integer({ min: 1, max: 100 });

test('wherever it begins and ends, a step can be written, and adds up to the same as any other or to 100', (t) => {
	fc.assert(
		fc.property(anyStart, anyEnd, percent, (from, to, at) => {
			const step = weightsAt(from, to, at);
			t.is(undeliverable(step), undefined);
			t.deepEqual([...step.keys()], [...to.keys()]);
			t.true(totalWeight(step) === 100 || totalWeight(step) % totalWeight(to) === 0);
			t.true(totalWeight(step) <= maxWeightSum);
		}),
		{ numRuns: 3_000 },
	);
});

test('the last step is what was declared, to the letter', (t) => {
	fc.assert(
		fc.property(anyStart, anyEnd, (from, to) => {
			t.is(weightsAt(from, to, 100), to);
		}),
	);
});

test('no share goes back or beyond its end from one step to the next, and what loses never gains', (t) => {
	const steps = fc.tuple(percent, percent).map((pair) => pair.toSorted((one, other) => one - other));
	fc.assert(
		fc.property(anyStart, anyEnd, steps, (from, to, pair) => {
			const way = [from, ...pair.map((each) => weightsAt(from, to, each)), to];
			t.true(names.every((name) => goesStraight(way, name)));
		}),
		{ numRuns: 5_000 },
	);
});

/** What gains may begin less than a unit below where it was, where both ends cannot be exact. */
function goesStraight(way: readonly Weights[], name: string): boolean {
	const shares = way.map((each) => shareOf(each, name));
	const [begin = 0, first = 0, ...rest] = shares;
	const last = rest.at(-1) ?? first;
	if (last <= begin) return shares.every((share, index) => share <= (shares[index - 1] ?? share) + 1e-12);
	const unit = 1 / totalWeight(way[1] ?? new Map());
	const steps = [first, ...rest];
	return first > begin - unit && steps.every((share, index) => share >= (steps[index - 1] ?? share) - 1e-12);
}

test('where a split can carry it, a step is exact to a unit, and nothing that stays the same is touched', (t) => {
	fc.assert(
		fc.property(anyWeights(small), anyWeights(small), percent, (from, to, at) => {
			const step = weightsAt(from, to, at);
			for (const name of names) {
				const [begin, end] = [shareOf(from, name), shareOf(to, name)];
				const exact = begin + ((end - begin) * at) / 100;
				if (begin === end) t.true(Math.abs(shareOf(step, name) - begin) < 1e-12);
				t.true(Math.abs(shareOf(step, name) - exact) <= 1.5 / 100, `${[...from]} ${[...to]} ${at}`);
			}
			t.true(sameRatio(step, to) || !sameRatio(step, from) || sameRatio(from, to));
		}),
		{ numRuns: 3_000 },
	);
});
