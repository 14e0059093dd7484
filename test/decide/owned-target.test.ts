// Targets that Spillway makes itself.
import test from 'ava';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { codes, outcome, play, start } from '../support/play-decisions.ts';
import { aPolicy, aSnapshot, aSplit, type Seen, weights } from '../support/policies.ts';

const policy = aPolicy({ owned: { apex: 'emoji-svc' } });
const ours: Partial<LiveTarget> = { madeBy: 'spillway', madeFor: 'emojivoto/emoji', manager: 'spillway' };

function missing(seen: Readonly<Record<string, Seen>>): Snapshot {
	return { ...aSnapshot({}, seen), target: { kind: 'missing' } };
}

function found(values: Readonly<Record<string, number>>, seen: Readonly<Record<string, Seen>>): Snapshot {
	return { ...aSnapshot({}, seen), target: { kind: 'found', target: aSplit(values, ours) } };
}

const well = { 'emoji-svc': 1, 'emoji-svc-west': 1 };

for (const [what, seen, made] of [
	['all is well', well, { failback: [1, 0] }],
	['nothing is known', { 'emoji-svc': 'unknown', 'emoji-svc-west': 'unknown' }, { failback: [1, 0] }],
	['everything is down', { 'emoji-svc': 0, 'emoji-svc-west': 0 }, { failover: [1, 0] }],
	['the primary is down', { 'emoji-svc': 0, 'emoji-svc-west': 1 }, { failover: [0, 1] }],
] as const) {
	test(`a missing owned target is made at once, with the weights that are right when ${what}`, (t) => {
		const { decision } = play(policy, [[0, missing(seen)]]);
		t.deepEqual(outcome(decision), made);
		t.true(decision.kind === 'shift' && decision.makes);
		t.is(codes(decision)[0], 'TargetMade');
	});
}

test('nothing is made before every input was seen, nor for a policy that is suspended', (t) => {
	const waiting = { ...missing(well), waitingFor: ['slices of east/emojivoto'] };
	t.is(play(policy, [[0, waiting]]).decision.kind, 'hold');
	t.is(play({ ...policy, mode: 'Suspended' }, [[0, missing(well)]]).decision.kind, 'hold');
});

test('F-041 a target that is only adopted is never made', (t) => {
	t.deepEqual(codes(play(aPolicy(), [[0, missing(well)]]).decision), ['TargetMissing']);
});

test('one that was deleted is made again as it was last written, not as at the beginning', (t) => {
	const to = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
	const memory: PolicyMemory = { ...emptyMemory, settled: { to, at: start, rounds: 0 } };
	const unknown = missing({ 'emoji-svc': 'unknown', 'emoji-svc-west': 'unknown' });
	t.deepEqual(outcome(decide(policy, unknown, memory, start + 1).decision), { failback: [0, 1] });
});

test('one that has other backends than the policy is made anew, though its ratio be right', (t) => {
	for (const values of [{ 'emoji-svc': 1 }, { 'emoji-svc': 1, other: 0, 'emoji-svc-west': 0 }]) {
		const { decision } = play(policy, [[0, found(values, well)]]);
		t.deepEqual([outcome(decision), codes(decision)[0]], [{ failback: [1, 0] }, 'TargetMade']);
	}
	const same = play(policy, [[0, found({ 'emoji-svc-west': 0, 'emoji-svc': 2 }, well)]]);
	t.deepEqual(codes(same.decision), ['InPlace']);
});
