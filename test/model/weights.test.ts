import test from 'ava';
import fc from 'fast-check';
import {
	apportion,
	formatWeights,
	maxWeight,
	maxWeightSum,
	sameRatio,
	shareOf,
	totalWeight,
	undeliverable,
	type Weights,
} from '../../src/model/weights.ts';
import { weights } from '../support/policies.ts';

/** Weights by their place: b0, b1, ... */
function inOrder(values: readonly number[]): Weights {
	return new Map(values.map((value, index) => [`b${index}`, value]));
}

test('all-zero weights cannot be apportioned', (t) => {
	t.throws(() => apportion(inOrder([0, 0]), 100), { instanceOf: RangeError });
});

test('the share of an all-zero split, and of a backend it does not name, is 0', (t) => {
	t.is(shareOf(weights({ a: 0, b: 0 }), 'a'), 0);
	t.is(shareOf(weights({ a: 1 }), 'b'), 0);
});

const someWeights = fc
	.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 32 })
	.filter((values) => values.some((value) => value > 0))
	.map(inOrder);

test('what is apportioned adds up exactly, in integers, each within one of its exact share', (t) => {
	fc.assert(
		fc.property(someWeights, fc.integer({ min: 1, max: maxWeightSum }), (wanted, total) => {
			const rounded = apportion(wanted, total);
			t.is(totalWeight(rounded), total);
			for (const [name, weight] of rounded) {
				t.true(Number.isInteger(weight) && weight >= 0);
				t.true(Math.abs(weight - shareOf(wanted, name) * total) < 1 + 1e-6);
				if (wanted.get(name) === 0) t.is(weight, 0);
			}
		}),
	);
});

test('a ratio stays the same however it is scaled, in fractions too', (t) => {
	const factor = fc.constantFrom(2, 3, 7, 100, 0.5, 0.001, 1 / 3);
	fc.assert(
		fc.property(someWeights, factor, (written, by) => {
			t.true(sameRatio(written, new Map([...written].map(([name, weight]) => [name, weight * by]))));
		}),
	);
});

test('moving a single unit from one backend to another is another ratio', (t) => {
	fc.assert(
		fc.property(someWeights, (written) => {
			const [from] = [...written].find(([, weight]) => weight > 0) ?? [''];
			const to = [...written.keys()].find((name) => name !== from) ?? 'another';
			const moved = new Map(written)
				.set(from, (written.get(from) ?? 0) - 1)
				.set(to, (written.get(to) ?? 0) + 1);
			t.false(sameRatio(written, moved));
		}),
	);
});

const ratios: readonly (readonly [Weights, Weights, boolean])[] = [
	[weights({ a: 1, b: 0 }), weights({ a: 100, b: 0 }), true],
	[weights({ a: 1 }), weights({ a: 5, b: 0 }), true],
	[weights({ a: 1, b: 1 }), weights({ b: 3, a: 3 }), true],
	[weights({ a: 0.7, b: 0.1 }), weights({ a: 7, b: 1 }), true],
	[weights({ a: 0, b: 0 }), weights({ a: 0 }), true],
	[weights({ a: 0, b: 0 }), weights({ a: 1, b: 0 }), false],
	[weights({ a: 1, b: 0 }), weights({ a: 0, b: 0 }), false],
	[weights({ a: maxWeight, b: 1 }), weights({ a: 1, b: 0 }), false],
	[weights({ a: maxWeightSum - 1, b: 1 }), weights({ a: maxWeightSum - 2, b: 1 }), false],
];

for (const [a, b, same] of ratios) {
	test(`${formatWeights(a)} and ${formatWeights(b)} are ${same ? 'the same' : 'different ratios'}`, (t) => {
		t.is(sameRatio(a, b), same);
		t.is(sameRatio(b, a), same);
	});
}

const undeliverables: readonly (readonly [what: string, Weights, RegExp | undefined])[] = [
	['SMZ-01 all-zero weights', weights({ a: 0, b: 0 }), /nowhere/],
	['no weights at all', new Map(), /nowhere/],
	['SMV-02 a negative weight', weights({ a: -1, b: 2 }), /weight -1 of a/],
	['SMV-02 a fraction', weights({ a: 0.5, b: 0.5 }), /weight 0.5 of a/],
	['a weight that is no number', weights({ a: Number.NaN, b: 1 }), /weight NaN of a/],
	['an infinite weight', weights({ a: Number.POSITIVE_INFINITY }), /weight Infinity/],
	['a weight over 32 bits', weights({ a: maxWeight + 1 }), /not an integer between/],
	['weights just over what Linkerd can add up', weights({ a: maxWeightSum, b: 1 }), /400001, over 400000/],
	['weights just at it', weights({ a: maxWeightSum - 1, b: 1 }), undefined],
	['1 and 0', weights({ a: 1, b: 0 }), undefined],
];

for (const [what, written, expected] of undeliverables) {
	test(`${what}: ${expected === undefined ? 'may be written' : 'must not be written'}`, (t) => {
		const refusal = undeliverable(written);
		if (expected === undefined) t.is(refusal, undefined);
		else t.regex(refusal ?? '', expected);
	});
}
