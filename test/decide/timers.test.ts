import test from 'ava';
import { decide } from '../../src/decide/decide.ts';
import { codes, outcome, play, start } from '../support/play-decisions.ts';
import { aBackend, aPolicy, aSnapshot } from '../support/policies.ts';

const threeBackends = [aBackend('p'), aBackend('s1', { tier: 1 }), aBackend('s2', { tier: 1 })];

const down = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 0, 'emoji-svc-west': 1 });
const well = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 1, 'emoji-svc-west': 1 });

test('failover.after delays leaving, and asks to be woken when it is over', (t) => {
	const policy = aPolicy({ failover: { after: 10_000, via: 'Direct' } });
	const early = play(policy, [
		[0, well],
		[1_000, down],
		[10_999, down],
	]);
	t.is(early.decision.kind, 'hold');
	t.true(codes(early.decision).includes('BackendFailing'));
	t.is(early.wakeAt, start + 11_000);
	t.deepEqual(
		outcome(
			play(policy, [
				[0, well],
				[1_000, down],
				[11_000, down],
			]).decision,
		),
		{ failover: [0, 1] },
	);
});

test('one passing sample ends a failing run', (t) => {
	const policy = aPolicy({ failover: { after: 10_000, via: 'Direct' } });
	const { decision } = play(policy, [
		[0, down],
		[9_000, well],
		[9_500, down],
		[12_000, down],
	]);
	t.is(decision.kind, 'hold');
});

test('losing sight of a failing backend starts its hold-down anew', (t) => {
	const policy = aPolicy({ failover: { after: 10_000, via: 'Direct' } });
	const blind = aSnapshot(
		{ 'emoji-svc': 1, 'emoji-svc-west': 0 },
		{ 'emoji-svc': 'unknown', 'emoji-svc-west': 1 },
	);
	const { decision } = play(policy, [
		[0, down],
		[9_000, blind],
		[9_500, down],
		[12_000, down],
	]);
	t.is(decision.kind, 'hold');
});

test('a backend that is failing, though not long enough to leave it, receives nothing new', (t) => {
	const policy = aPolicy({
		backends: [aBackend('p'), aBackend('s1', { tier: 1 }), aBackend('s2', { tier: 2 })],
		failover: { after: 10_000, via: 'Direct' },
	});
	const live = { p: 1, s1: 0, s2: 0 };
	const { decision } = play(policy, [
		[0, aSnapshot(live, { p: 0, s1: 1, s2: 1 })],
		[9_000, aSnapshot(live, { p: 0, s1: 0, s2: 1 })],
		[10_000, aSnapshot(live, { p: 0, s1: 0, s2: 1 })],
	]);
	t.deepEqual(outcome(decision), { failover: [0, 0, 1] });
});

const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

test('failback.after delays the return, and asks to be woken when it is over', (t) => {
	const policy = aPolicy({ failback: { mode: 'Auto', after: 120_000, via: 'Direct' } });
	const gone = aSnapshot(away, { 'emoji-svc': 0, 'emoji-svc-west': 1 });
	const back = aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 1 });
	const early = play(policy, [
		[0, gone],
		[5_000, back],
		[124_999, back],
	]);
	t.deepEqual(codes(early.decision), ['InPlace', 'BackendRecovering']);
	t.is(early.wakeAt, start + 125_000);
	t.deepEqual(
		outcome(
			play(policy, [
				[0, gone],
				[5_000, back],
				[125_000, back],
			]).decision,
		),
		{ failback: [1, 0] },
	);
});

test('failback.after never delays leaving a backend that is down', (t) => {
	const policy = aPolicy({ failback: { mode: 'Auto', after: 120_000, via: 'Direct' } });
	const { decision } = play(policy, [
		[0, aSnapshot(away, { 'emoji-svc': 0, 'emoji-svc-west': 1 })],
		[5_000, aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 1 })],
		[6_000, aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 0 })],
	]);
	t.deepEqual(outcome(decision), { failover: [1, 0] });
});

test('leaving one fallback for another does not bring an unripe primary back', (t) => {
	const policy = aPolicy({
		backends: threeBackends,
		failback: { mode: 'Auto', after: 120_000, via: 'Direct' },
	});
	const live = { p: 0, s1: 1, s2: 1 };
	const { decision } = play(policy, [
		[0, aSnapshot(live, { p: 0, s1: 1, s2: 1 })],
		[1_000, aSnapshot(live, { p: 1, s1: 0, s2: 1 })],
	]);
	t.deepEqual(outcome(decision), { failover: [0, 0, 1] });
});

test('failback.mode Manual never returns by itself', (t) => {
	const policy = aPolicy({ failback: { mode: 'Manual', after: 0, via: 'Direct' } });
	const { decision } = play(policy, [[0, aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 1 })]]);
	t.deepEqual(codes(decision), ['InPlace', 'FailbackManual']);
});

test('INV-02 a carrier of weight 0 is nowhere to go, so nobody waits for failback.after beside it', (t) => {
	const policy = aPolicy({
		backends: [aBackend('p'), aBackend('drained', { weight: 0 }), aBackend('s', { tier: 1 })],
		failback: { mode: 'Auto', after: 120_000, via: 'Direct' },
	});
	const live = { p: 0, drained: 1, s: 9 };
	const { decision } = play(policy, [[0, aSnapshot(live, { p: 1, drained: 1, s: 0 })]]);
	t.deepEqual(outcome(decision), { failover: [1, 0, 0] });
});

for (const via of ['Commit', 'PullRequest'] as const) {
	test(`a failback by ${via} that is still on its way becomes a failover when what it leaves is down`, (t) => {
		const policy = aPolicy({
			failover: { after: 0, via: 'Direct' },
			failback: { mode: 'Auto', after: 0, via },
		});
		const first = play(policy, [[0, aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 1 })]]);
		t.deepEqual(outcome(first.decision), { failback: [1, 0] });
		const { pending } = first.memory;
		if (pending === undefined) return t.fail();
		const worse = aSnapshot(away, { 'emoji-svc': 1, 'emoji-svc-west': 0 });
		const asked = decide(policy, worse, first.memory, start + 60_000);
		t.deepEqual(outcome(asked.decision), { failover: [1, 0] });
		t.deepEqual(
			[asked.memory.pending?.decidedAt, asked.memory.episode],
			[start + 60_000, first.memory.episode],
		);
		const committed = { commit: 'c1', on: 'c0', at: start };
		const known = { ...first.memory, pending: { ...pending, committed } };
		t.is(decide(policy, worse, known, start + 60_000).memory.pending?.committed, committed);
	});
}

test('a failover that people are asked for is wanted no more once its backend is well again', (t) => {
	const policy = aPolicy({
		failover: { after: 0, via: 'PullRequest' },
		failback: { mode: 'Manual', after: 60_000, via: 'Direct', ramp: [10, 100] },
	});
	const first = play(policy, [[0, down]]);
	const second = decide(policy, well, first.memory, start + 30_000);
	t.is(second.decision.kind, 'hold');
	t.is(second.memory.pending, undefined);
	t.is(second.memory.ramp, undefined);
	t.is(decide(policy, down, second.memory, start + 40_000).decision.kind, 'shift');
});
