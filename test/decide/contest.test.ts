// Weights that somebody else keeps undoing: written again a few times, then left alone for a while.
import test from 'ava';
import fc from 'fast-check';
import { contestRest, maxRounds, roundsWindow } from '../../src/decide/contest.ts';
import { decide, settle } from '../../src/decide/decide.ts';
import { type Decision, emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { renderReason } from '../../src/model/reason.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { codes, start } from '../support/play-decisions.ts';
import { aPolicy, aSnapshot, aSplit } from '../support/policies.ts';

const well = { 'emoji-svc': 1, 'emoji-svc-west': 1 };
const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

function undoneBy(manager: string | undefined, seen: Readonly<Record<string, number>> = well): Snapshot {
	const target = aSplit(away, manager === undefined ? {} : { manager });
	return { ...aSnapshot(away, seen), target: { kind: 'found', target } };
}

/** A duel: every write arrives, and is undone after `gap`. */
function startDuel(policy: FailoverPolicy = aPolicy()) {
	let memory: PolicyMemory = emptyMemory;
	let now = start;
	return {
		look(snapshot: Snapshot, gap: Milliseconds): Decision {
			now += gap;
			const outcome = decide(policy, snapshot, memory, now);
			memory = outcome.decision.kind === 'shift' ? settle(policy, outcome.memory, now) : outcome.memory;
			return outcome.decision;
		},
		wakeAfter: (snapshot: Snapshot) => (decide(policy, snapshot, memory, now).wakeAt ?? 0) - now,
		memory: () => memory,
	};
}

test('F-097 a syncer that undoes every write is named after three rounds, with the setting that ends it', (t) => {
	const duel = startDuel();
	const kinds = [0, 200, 5_000, 17_000, 53_000, 1_000].map(
		(gap) => duel.look(undoneBy('argocd-controller'), gap).kind,
	);
	t.deepEqual(kinds, ['shift', 'shift', 'shift', 'shift', 'hold', 'hold']);
	const last = duel.look(undoneBy('argocd-controller'), 0);
	t.is(codes(last)[0], 'Contested');
	t.regex(
		last.reasons.map(renderReason)[0] ?? '',
		/argocd-controller undid .* 3 times.*ignoreDifferences.*RespectIgnoreDifferences=true, or use via: Commit/,
	);
});

test('F-097 contested weights are tried once more after a rest, and left alone again', (t) => {
	const duel = startDuel();
	const theirs = undoneBy('argocd-controller');
	for (let round = 0; round <= maxRounds; round += 1) duel.look(theirs, 1_000);
	t.is(duel.look(theirs, 1_000).kind, 'hold');
	t.is(duel.wakeAfter(theirs), contestRest - 1_000);
	t.is(duel.look(theirs, contestRest - 1_000).kind, 'shift');
	t.is(duel.look(theirs, 1_000).kind, 'hold');
});

test('a quarrel never holds up another move, which has rounds of its own', (t) => {
	const duel = startDuel();
	for (let round = 0; round <= maxRounds + 1; round += 1) duel.look(undoneBy('kustomize-controller'), 1_000);
	const dead = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
	const theirs = {
		...aSnapshot(home, dead),
		target: { kind: 'found', target: aSplit(home, { manager: 'x' }) },
	} as const;
	const kinds = Array.from({ length: maxRounds + 2 }, () => duel.look(theirs, 1_000).kind);
	t.deepEqual(kinds, [...Array<string>(maxRounds + 1).fill('shift'), 'hold']);
});

test('F-095 a person’s edit is put right, and one every now and then is no duel', (t) => {
	const duel = startDuel();
	const kinds = Array.from({ length: 8 }, () => duel.look(undoneBy('kubectl-edit'), roundsWindow).kind);
	t.deepEqual(kinds, Array(8).fill('shift'));
	t.is(duel.memory().settled?.rounds, 1);
});

for (const [what, policy] of [
	['in Commit mode', aPolicy({ failback: { mode: 'Auto', after: 0, via: 'Commit' } })],
	['in mode Observe', aPolicy({ mode: 'Observe' })],
] as const) {
	test(`${what} nobody is quarrelled with: what is not synced yet looks like an undoing`, (t) => {
		const duel = startDuel(policy);
		const kinds = Array.from({ length: 9 }, () => duel.look(undoneBy('kustomize-controller'), 1_000).kind);
		t.deepEqual(kinds, Array(9).fill('shift'));
	});
}

test('a shift that is still on its way is nobody’s undoing', (t) => {
	const policy = aPolicy();
	let memory: PolicyMemory = emptyMemory;
	for (let now = start; now < start + 20_000; now += 1_000) {
		const outcome = decide(policy, undoneBy('argocd-controller'), memory, now);
		t.is(outcome.decision.kind, 'shift');
		memory = outcome.memory;
	}
	t.is(memory.settled, undefined);
});

for (const [manager, setting] of [
	['kustomize-controller', /spec\.ignore.*ssa.*via: Commit/],
	['helm-controller', /driftDetection\.ignore/],
	['flagger', /Canary/],
	['failover.linkerd.io', /controlled-by.*spillway/],
	['kubectl-patch', /a person/],
	['spillway', /other Spillway/],
	['my-operator', /stop my-operator/],
	[undefined, /show-managed-fields/],
] as const) {
	test(`a quarrel with ${manager ?? 'nobody known'} says what ends it`, (t) => {
		const duel = startDuel();
		for (let round = 0; round <= maxRounds; round += 1) duel.look(undoneBy(manager), 1_000);
		t.regex(duel.look(undoneBy(manager), 1_000).reasons.map(renderReason)[0] ?? '', setting);
	});
}

test('INV-12 however often and by whom weights are undone, the writes of one decision are bounded', (t) => {
	const gap = fc.integer({ min: 1, max: contestRest - 1 });
	fc.assert(
		fc.property(fc.array(gap, { minLength: 1, maxLength: 40 }), (gaps) => {
			const duel = startDuel();
			let writes = 0;
			let elapsed = 0;
			for (const each of gaps) {
				elapsed += each;
				if (duel.look(undoneBy('argocd-controller'), each).kind === 'shift') writes += 1;
			}
			t.true(writes <= 1 + maxRounds + Math.ceil(elapsed / contestRest));
		}),
	);
});
