import test from 'ava';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { type LabelledPolicy, labelledPolicy } from '../../src/observe/labelled-policies.ts';
import { readSplitFacts } from '../../src/policy/split-facts.ts';
import { aSplit } from '../support/kubernetes-objects.ts';
import { start } from '../support/play-decisions.ts';
import { aSnapshot, type Seen } from '../support/policies.ts';

const presentLabel = { 'failover.linkerd.io/controlled-by': 'linkerd-failover' };
const primaryIs = (service: string) => ({ 'failover.linkerd.io/primary-service': service });

function derive(overrides: Parameters<typeof aSplit>[0] = {}): LabelledPolicy {
	const metadata = { labels: presentLabel, ...overrides.metadata };
	return labelledPolicy(readSplitFacts(aSplit({ ...overrides, metadata })), 'east');
}

function tiers({ policy }: LabelledPolicy): unknown {
	return policy?.backends.map(({ service, tier, weight }) => `${service} ${tier} ${weight}`);
}

function codes({ problems }: LabelledPolicy): readonly string[] {
	return problems.map(({ code }) => code);
}

test('a labelled split is a whole policy, with linkerd-failover’s timing', (t) => {
	t.deepEqual(derive(), {
		problems: [],
		policy: {
			key: 'emojivoto/emoji-svc',
			name: 'emoji-svc',
			namespace: 'emojivoto',
			source: 'TrafficSplit east emojivoto/emoji-svc',
			mode: 'Active',
			target: { kind: 'TrafficSplit', cluster: 'east', namespace: 'emojivoto', name: 'emoji-svc' },
			labelled: true,
			backends: [
				{ service: 'emoji-svc', tier: 0, weight: 1 },
				{ service: 'emoji-svc-west', tier: 1, weight: 1 },
			],
			health: { minReady: 1, staleAfter: 40_000 },
			failover: { after: 0, via: 'Direct' },
			failback: { mode: 'Auto', after: 0, via: 'Direct' },
			panic: 'HoldLast',
			onManualEdit: 'Override',
			manualHold: 0,
		},
	});
});

const three = { a: 0, b: 500, c: '500m' };

test('without the annotation the first backend is the primary', (t) => {
	t.deepEqual(tiers(derive({ backends: three })), ['a 0 1', 'b 1 1', 'c 1 1']);
});

test('the annotation names the primary, whichever place it has', (t) => {
	const found = derive({ backends: three, metadata: { annotations: primaryIs('c') } });
	t.deepEqual(tiers(found), ['a 1 1', 'b 1 1', 'c 0 1']);
});

test('whatever the weights are, the policy is the same', (t) => {
	const one = derive({ backends: { a: 1, b: 0 } });
	for (const weight of [0, 0.5, '500m', '100', -1, 'much'] as const) {
		t.deepEqual(derive({ backends: { a: weight, b: weight } }).policy, one.policy, String(weight));
	}
});

test('a weight that is none is told', (t) => {
	t.deepEqual(codes(derive({ backends: { a: 1, b: 'much' } })), ['E_TARGET_INVALID']);
});

const refused: readonly (readonly [string, object, readonly string[]])[] = [
	['has no backends', { backends: {} }, ['E_TARGET_INVALID']],
	['names a primary it does not have', { metadata: { annotations: primaryIs('emojisvc') } }, ['E_PRIMARY']],
	['names an empty primary', { metadata: { annotations: primaryIs('') } }, ['E_PRIMARY']],
	[
		'has 33 backends',
		{ backends: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`b-${n}`, 0])) },
		['E_LIMIT'],
	],
];

for (const [what, split, expected] of refused) {
	test(`a split that ${what} is told, and nothing is written to it`, (t) => {
		const found = derive(split);
		t.is(found.policy, undefined);
		t.deepEqual(codes(found), expected);
	});
}

test('a split that names a backend twice, or one without a name, is told and not written to', (t) => {
	for (const [second, code] of [
		[{ service: 'a', weight: 0 }, 'E_DUPLICATE_BACKEND'],
		[{ weight: 0 }, 'E_TARGET_INVALID'],
		['a', 'E_TARGET_INVALID'],
	] as const) {
		const spec = { service: 'a', backends: [{ service: 'a', weight: 1 }, second] };
		const found = labelledPolicy(readSplitFacts({ ...aSplit(), spec }), 'east');
		t.is(found.policy, undefined);
		t.is(codes(found)[0], code);
	}
});

test('a typo in the primary is answered with the backend that was meant', (t) => {
	const [found] = derive({ metadata: { annotations: primaryIs('emoji-scv') } }).problems;
	t.like(found, { got: '"emoji-scv"', remedy: 'did you mean emoji-svc?' });
});

test('32 backends are fine, and so is a single one', (t) => {
	const many = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`b-${n}`, 0]));
	t.is(derive({ backends: many }).policy?.backends.length, 32);
	t.deepEqual(tiers(derive({ backends: { a: 1 } })), ['a 0 1']);
});

test('names that no Service can have are told, and the other backends are served all the same', (t) => {
	const found = derive({ backends: { a: 1, B: 0, 'c.shop': 0 } });
	t.deepEqual(codes(found), ['E_NAME_DNS1035', 'E_CROSS_NAMESPACE']);
	t.deepEqual(tiers(found), ['a 0 1', 'B 1 1', 'c.shop 1 1']);
});

test('an object without anything is told, and nothing throws', (t) => {
	for (const object of [undefined, null, 7, {}, { metadata: null, spec: [] }, { spec: { backends: {} } }]) {
		const found = labelledPolicy(readSplitFacts(object), 'east');
		t.is(found.policy, undefined);
		t.deepEqual(codes(found), ['E_TARGET_INVALID', 'E_TARGET_INVALID']);
	}
});

/** Weights after each step, as they would be written. */
function follow(
	policy: FailoverPolicy | undefined,
	first: readonly number[],
	steps: readonly (readonly Seen[])[],
) {
	if (policy === undefined) throw new Error('no policy');
	const names = policy.backends.map(({ service }) => service);
	const zip = <T>(values: readonly T[]) =>
		Object.fromEntries(names.map((name, index) => [name, values[index] as T]));
	let memory: PolicyMemory = emptyMemory;
	let live = first;
	return steps.map((seen, index) => {
		const { decision, memory: next } = decide(policy, aSnapshot(zip(live), zip(seen)), memory, start + index);
		const { pending: _, ...settled } = next;
		memory = settled;
		if (decision.kind === 'shift') live = names.map((name) => decision.to.get(name) ?? 0);
		return decision.kind === 'shift' ? live : 'hold';
	});
}

const abc = derive({ backends: { a: 1, b: 0, c: 0 } }).policy;

test('weights that people gave become 1 and 0, as linkerd-failover makes them', (t) => {
	t.deepEqual(follow(abc, [1, 1, 1], [[1, 1, 1]]), [[1, 0, 0]]);
	t.deepEqual(follow(abc, [70, 30, 0], [[1, 1, 1]]), [[1, 0, 0]]);
	t.deepEqual(follow(abc, [0.5, 0.5, 0], [[1, 1, 1]]), [[1, 0, 0]]);
	t.deepEqual(follow(abc, [0, 0, 0], [[1, 1, 1]]), [[1, 0, 0]]);
});

test('fallbacks come and go at once while the primary is down, and it returns at once', (t) => {
	t.deepEqual(
		follow(
			abc,
			[1, 0, 0],
			[
				[1, 1, 1],
				[0, 1, 1],
				[0, 0, 3],
				[0, 1, 3],
				[0, 0, 0],
				[1, 0, 0],
			],
		),
		['hold', [0, 1, 1], [0, 0, 1], [0, 1, 1], 'hold', [1, 0, 0]],
	);
});

test('what cannot be seen is not down: it keeps its share and gains none', (t) => {
	t.deepEqual(follow(abc, [1, 0, 0], [['unknown', 1, 1]]), ['hold']);
	t.deepEqual(follow(abc, [1, 0, 0], [[0, 'unknown', 1]]), [[0, 0, 1]]);
	t.deepEqual(follow(abc, [1, 0, 0], [[0, 'unknown', 'unknown']]), ['hold']);
});
