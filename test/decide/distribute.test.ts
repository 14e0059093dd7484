import test from 'ava';
import { distribute } from '../../src/decide/distribute.ts';
import { aBackend, weights } from '../support/policies.ts';

interface Case {
	readonly title: string;
	readonly declared: Readonly<Record<string, readonly [tier: number, weight: number]>>;
	readonly current: Readonly<Record<string, number>>;
	readonly eligible: string;
	readonly holding: string;
	readonly expected: Readonly<Record<string, number>> | undefined;
}

const pair = { a: [0, 70], b: [0, 30] } as const;
const pairAndSpare = { ...pair, s: [1, 1] } as const;

const cases: readonly Case[] = [
	{
		title: 'a whole tier that is well gets its declared weights verbatim',
		declared: pair,
		current: { a: 1, b: 0 },
		eligible: 'ab',
		holding: '',
		expected: { a: 70, b: 30 },
	},
	{
		title: 'a tier whose only well backend has weight 0 cannot carry traffic',
		declared: { a: [0, 1], b: [0, 0], s: [1, 1] },
		current: { a: 1, b: 0, s: 0 },
		eligible: 'bs',
		holding: '',
		expected: { a: 0, b: 0, s: 1 },
	},
	{
		title: 'a holding backend keeps its place among well ones',
		declared: pair,
		current: { a: 70, b: 30 },
		eligible: 'a',
		holding: 'b',
		expected: { a: 70, b: 30 },
	},
	{
		title: 'a holding backend that has nothing gets nothing',
		declared: pair,
		current: { a: 1, b: 0 },
		eligible: 'a',
		holding: 'b',
		expected: { a: 70, b: 0 },
	},
	{
		title: 'the share of a failed neighbour goes to the next tier, not to a holding backend',
		declared: pairAndSpare,
		current: { a: 70, b: 30, s: 0 },
		eligible: 's',
		holding: 'b',
		expected: { a: 0, b: 3, s: 7 },
	},
	{
		title: 'a holding backend gives up what a returning neighbour is declared to have',
		declared: pair,
		current: { a: 0, b: 1 },
		eligible: 'a',
		holding: 'b',
		expected: { a: 70, b: 30 },
	},
	{
		title: 'a holding primary keeps everything although a fallback is well',
		declared: { p: [0, 1], s: [1, 1] },
		current: { p: 1, s: 0 },
		eligible: 's',
		holding: 'p',
		expected: { p: 1, s: 0 },
	},
	{
		title: 'a well primary takes over from a holding fallback',
		declared: { p: [0, 1], s: [1, 1] },
		current: { p: 0, s: 1 },
		eligible: 'p',
		holding: 's',
		expected: { p: 1, s: 0 },
	},
	{
		title: 'with a failed neighbour and nobody well a holding backend gains nothing',
		declared: pair,
		current: { a: 70, b: 30 },
		eligible: '',
		holding: 'b',
		expected: undefined,
	},
	{
		title: 'nothing eligible and nothing holding is nowhere to go',
		declared: pair,
		current: { a: 1, b: 1 },
		eligible: '',
		holding: '',
		expected: undefined,
	},
	{
		title: 'shares that do not divide evenly stay exact',
		declared: { a: [0, 1], b: [0, 1], c: [0, 1], s: [1, 1] },
		current: { a: 1, b: 1, c: 1, s: 0 },
		eligible: 's',
		holding: 'ab',
		expected: { a: 1, b: 1, c: 0, s: 1 },
	},
];

for (const { title, declared, current, eligible, holding, expected } of cases) {
	test(title, (t) => {
		const backends = Object.entries(declared).map(([name, [tier, weight]]) =>
			aBackend(name, { tier, weight }),
		);
		const found = distribute(backends, {
			eligible: new Set(eligible),
			holding: new Set(holding),
			current: weights(current),
		});
		t.deepEqual(found === undefined ? undefined : Object.fromEntries(found.weights), expected);
	});
}
