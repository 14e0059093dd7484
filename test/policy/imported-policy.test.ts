import { readFileSync } from 'node:fs';
import test from 'ava';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { labelledPolicy } from '../../src/observe/labelled-policies.ts';
import { namePolicy, writeImportedPolicy } from '../../src/policy/imported-policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import type { SplitFacts } from '../../src/policy/split-facts.ts';
import { readSplitManifests } from '../../src/policy/split-manifests.ts';
import { start } from '../support/play-decisions.ts';
import { aSnapshot, type Seen } from '../support/policies.ts';
import { draftPolicy } from '../support/policy-documents.ts';

function readExample(name: string): SplitFacts {
	const file = new URL(`../../examples/linkerd-failover/${name}.yaml`, import.meta.url);
	const [split] = readSplitManifests(`${name}.yaml`, readFileSync(file)).splits;
	if (split === undefined) throw new Error(`no split in ${name}`);
	return split.facts;
}

function importPolicy(split: SplitFacts): FailoverPolicy {
	const choices = { cluster: 'east', via: 'Direct', name: split.name } as const;
	const draft = draftPolicy(writeImportedPolicy(split, choices));
	const access = { kind: 'context', context: 'east' } as const;
	const config = { policies: [], clusters: [{ name: 'east', access }], defaults: {}, commits: {} };
	const { policies, problems } = resolvePolicies(config, [draft]);
	const [policy] = policies;
	if (policy === undefined) throw new Error(JSON.stringify(problems));
	return policy;
}

const examples = ['workshop', 'docs', 'podinfo', 'slides', 'blog'].map(
	(name) => [name, readExample(name)] as const,
);

for (const [name, split] of examples) {
	test(`the policy of ${name} is that of its labels but for the wait before the return`, (t) => {
		const { policy } = labelledPolicy(split, 'east');
		const { places: _, ...imported } = importPolicy(split) as FailoverPolicy & { places?: unknown };
		const { labelled, ...derived } = policy ?? {};
		t.true(labelled);
		t.deepEqual(imported, {
			...derived,
			source: 'policies/shop.yaml:4',
			failback: { mode: 'Auto', after: 120_000, via: 'Direct' },
			// Labels never commit, so there is no person's commit to judge; a policy has the defaults.
			onManualEdit: 'Hold',
			manualHold: 3_600_000,
		});
	});
}

/** Where weights end when the same is seen for more than two minutes. */
function rest(policy: FailoverPolicy, live: readonly number[], seen: readonly Seen[]): readonly number[] {
	const zip = <T>(values: readonly T[]) =>
		Object.fromEntries(policy.backends.map(({ service }, index) => [service, values[index] as T]));
	let memory: PolicyMemory = emptyMemory;
	let weights = live;
	for (const at of [0, 120_000, 240_000]) {
		const outcome = decide(policy, aSnapshot(zip(weights), zip(seen)), memory, start + at);
		const { pending: _, ...settled } = outcome.memory;
		memory = settled;
		if (outcome.decision.kind === 'shift') weights = [...outcome.decision.to.values()];
	}
	return weights;
}

function* combinations<T>(values: readonly T[], length: number): Generator<readonly T[]> {
	if (length === 0) yield [];
	else
		for (const others of combinations(values, length - 1))
			for (const value of values) yield [value, ...others];
}

for (const [name, split] of examples) {
	test(`whatever is ready and wherever the weights are, ${name} ends where its labels would put it`, (t) => {
		const labelled = labelledPolicy(split, 'east').policy as FailoverPolicy;
		const imported = importPolicy(split);
		const size = split.backends.length;
		for (const seen of combinations<Seen>([0, 1, 'unknown'], size)) {
			for (const live of combinations([0, 1], size)) {
				t.deepEqual(rest(imported, live, seen), rest(labelled, live, seen), `${live} ${seen}`);
			}
		}
	});
}

test('names of policies are legal and never taken twice', (t) => {
	t.is(namePolicy('web', new Set()), 'web');
	t.is(namePolicy('web.v1', new Set()), 'web-v1');
	t.is(namePolicy('web', new Set(['web', 'web-2'])), 'web-3');
	t.is(namePolicy(`${'x'.repeat(62)}.y`, new Set()), 'x'.repeat(62));
	t.is(namePolicy('x'.repeat(80), new Set(['x'.repeat(63)])), `${'x'.repeat(58)}-2`);
});
