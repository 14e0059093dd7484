import test from 'ava';
import { decide, settle } from '../../src/decide/decide.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import { renderReason } from '../../src/model/reason.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { codes, outcome, play, start } from '../support/play-decisions.ts';
import { aBackend, aPolicy, aSnapshot, type Seen } from '../support/policies.ts';

const threeBackends = [aBackend('p'), aBackend('s1', { tier: 1 }), aBackend('s2', { tier: 1 })];

/** linkerd-failover's own table, minus its all-zero write; the last column is what we do instead of it. */
const compatible: readonly (readonly [string, readonly Seen[], readonly number[], unknown])[] = [
	['LFB-01 only the primary serves while it is ready', [1, 1, 1], [1, 1, 1], { failback: [1, 0, 0] }],
	['LFB-02 all ready fallbacks share equally', [0, 1, 1], [1, 0, 0], { failover: [0, 1, 1] }],
	['LFB-03 what is right already is not written', [1, 1, 1], [1, 0, 0], 'hold'],
	['LFB-04 a fallback that is down gets nothing', [0, 0, 1], [0, 1, 1], { failover: [0, 0, 1] }],
	['LFB-05 the primary takes over again', [1, 0, 1], [0, 0, 1], { failback: [1, 0, 0] }],
	['LFB-06 with everything down the last weights stay', [0, 0, 0], [1, 0, 0], 'hold'],
	[
		'LFB-07 a backend that cannot be seen is not one that is down',
		['unknown', 'unknown', 0],
		[0, 1, 0],
		'hold',
	],
];

for (const [title, seen, live, expected] of compatible) {
	test(title, (t) => {
		const names = ['p', 's1', 's2'];
		const record = <T>(values: readonly T[]): Record<string, T> =>
			Object.fromEntries(names.map((name, index) => [name, values[index] as T]));
		const { decision } = play(aPolicy({ backends: threeBackends }), [
			[0, aSnapshot(record(live), record(seen))],
		]);
		t.deepEqual(outcome(decision), expected);
	});
}

test('declared weights are kept inside a tier when one of its backends fails', (t) => {
	const backends = [aBackend('a', { weight: 70 }), aBackend('b', { weight: 30 }), aBackend('c', { tier: 1 })];
	const { decision } = play(aPolicy({ backends }), [
		[0, aSnapshot({ a: 70, b: 30, c: 0 }, { a: 0, b: 2, c: 1 })],
	]);
	t.deepEqual(outcome(decision), { failover: [0, 30, 0] });
});

test('a tier is left only when all of it is down, for the next one', (t) => {
	const backends = [aBackend('a'), aBackend('b', { tier: 1 }), aBackend('c', { tier: 2, weight: 5 })];
	const { decision } = play(aPolicy({ backends }), [
		[0, aSnapshot({ a: 1, b: 0, c: 0 }, { a: 0, b: 0, c: 1 })],
	]);
	t.deepEqual(outcome(decision), { failover: [0, 0, 5] });
});

test('weights in the same ratio are not written again', (t) => {
	const { decision } = play(aPolicy(), [
		[0, aSnapshot({ 'emoji-svc': 100, 'emoji-svc-west': 0 }, { 'emoji-svc': 1, 'emoji-svc-west': 1 })],
	]);
	t.deepEqual(codes(decision), ['InPlace']);
});

test('nothing is decided before every input was seen', (t) => {
	const snapshot = {
		...aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, {}),
		waitingFor: ['slices of east/emojivoto'],
	};
	const { decision, memory } = decide(aPolicy(), snapshot, emptyMemory, start);
	t.deepEqual(codes(decision), ['NotSynced']);
	t.is(memory, emptyMemory);
});

const down = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 0, 'emoji-svc-west': 1 });
const well = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 1, 'emoji-svc-west': 1 });
const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

test('an unknown primary keeps its traffic', (t) => {
	const { decision } = play(aPolicy(), [
		[0, aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 'unknown', 'emoji-svc-west': 3 })],
	]);
	t.deepEqual(codes(decision), ['InPlace', 'BackendUnknown']);
});

test('an unknown fallback gains nothing, so there is nowhere to go', (t) => {
	const { decision } = play(aPolicy(), [
		[0, aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 0, 'emoji-svc-west': 'unknown' })],
	]);
	t.true(codes(decision).includes('NothingEligible'));
});

test('a stale sample says nothing any more', (t) => {
	const fresh = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc-west': 1 });
	const samples = new Map([
		...fresh.samples,
		['emoji-svc', { kind: 'counted', ready: 0, from: 'local', staleAt: start + 5 } as const],
	]);
	t.deepEqual(outcome(decide(aPolicy(), { ...fresh, samples }, emptyMemory, start + 4).decision), {
		failover: [0, 1],
	});
	t.is(decide(aPolicy(), { ...fresh, samples }, emptyMemory, start + 5).decision.kind, 'hold');
});

test('an all-zero split left by something else is repaired', (t) => {
	const { decision } = play(aPolicy(), [
		[0, aSnapshot({ 'emoji-svc': 0, 'emoji-svc-west': 0 }, { 'emoji-svc': 2, 'emoji-svc-west': 2 })],
	]);
	t.deepEqual(outcome(decision), { failover: [1, 0] });
});

test('a shift stays the same decision until the live object shows it', (t) => {
	const first = play(aPolicy(), [[0, down]]);
	const second = decide(aPolicy(), down, first.memory, start + 9_000);
	t.is(second.decision, first.decision);
	t.is(second.memory.pending?.decidedAt, start);
});

test('a primary that recovers before its failover went anywhere was never left, so nothing is to move', (t) => {
	for (const mode of ['Auto', 'Manual'] as const) {
		const policy = aPolicy({ failback: { mode, after: 60_000, via: 'Direct' } });
		const first = play(policy, [
			[0, well],
			[1_000, down],
		]);
		const second = decide(policy, well, first.memory, start + 2_000);
		t.deepEqual(codes(second.decision), ['InPlace'], mode);
		t.is(second.memory.pending, undefined);
		t.is(second.memory.episode, undefined);
	}
});

test('a primary that recovers while its failover is committed, and about to be applied, is held to failback.after', (t) => {
	const policy = aPolicy({
		failover: { after: 0, via: 'Commit' },
		failback: { mode: 'Auto', after: 60_000, via: 'Commit' },
	});
	const first = play(policy, [
		[0, well],
		[1_000, down],
	]);
	const { pending } = first.memory;
	if (pending === undefined) return t.fail();
	const committed = { commit: 'c1', on: 'c0', at: start + 1_000 };
	const known = { ...first.memory, pending: { ...pending, committed } };
	const second = decide(policy, well, known, start + 2_000);
	t.deepEqual(outcome(second.decision), { failover: [0, 1] });
	t.deepEqual(codes(decide(policy, well, second.memory, start + 62_000).decision), ['InPlace']);
});

test('an episode begins with leaving the baseline and ends with being back on it', (t) => {
	const policy = aPolicy();
	const left = play(policy, [[0, down]]);
	const episode = left.memory.episode;
	t.is(episode?.since, start);
	const settled = settle(policy, left.memory, start);
	t.is(settled.pending, undefined);
	t.is(settled.episode, episode);
	const back = decide(
		policy,
		aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 1 }),
		settled,
		start + 5_000,
	);
	t.is(back.decision.kind === 'shift' ? back.decision.episode : undefined, episode);
	t.is(settle(policy, back.memory, start).episode, undefined);
});

test('a suspended policy holds and says so', (t) => {
	const { decision } = play(aPolicy({ mode: 'Suspended' }), [[0, down]]);
	t.deepEqual(codes(decision), ['Suspended']);
});

const unusable: readonly (readonly [string, Snapshot['target'], string])[] = [
	['is missing', { kind: 'missing' }, 'TargetMissing'],
	['cannot be read', { kind: 'invalid', message: 'it has no spec.backends' }, 'TargetInvalid'],
	['lacks a backend of the policy', aSnapshot({ 'emoji-svc': 1 }, {}).target, 'BackendNotInSplit'],
];

for (const [what, target, code] of unusable) {
	test(`a target that ${what} is held, by that reason`, (t) => {
		const { decision } = play(aPolicy(), [[0, { ...down, target }]]);
		t.deepEqual(codes(decision), [code]);
	});
}

test('backends of the split that the policy does not name are none of its business', (t) => {
	const snapshot = aSnapshot(
		{ 'emoji-svc': 1, other: 5, 'emoji-svc-west': 0 },
		{ 'emoji-svc': 0, 'emoji-svc-west': 1 },
	);
	const { decision } = play(aPolicy(), [[0, snapshot]]);
	t.deepEqual(outcome(decision), { failover: [0, 1] });
});

test('a shift explains itself in sentences', (t) => {
	const { decision } = play(aPolicy(), [[0, down]]);
	t.deepEqual(decision.reasons.map(renderReason), [
		'emoji-svc is unhealthy: 0 ready endpoints, minReady is 1',
		'emoji-svc-west is healthy: 1 ready endpoint',
		'tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1',
	]);
});
