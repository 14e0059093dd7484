// What a pass does for replicas that lead, propose or follow, and what keeps a write from counting as done.
import test from 'ava';
import { emptyMemory } from '../../src/model/decision.ts';
import type { Duty } from '../../src/model/duty.ts';
import type { Delivery, Verification } from '../../src/model/ports/delivery.ts';
import { type Problem, problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { LiveProfile } from '../../src/model/service-profile.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { slowLane } from '../../src/reconcile/carry-out.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import { runPass } from '../../src/reconcile/pass.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { liveObject, otherObject } from '../support/pass-reports.ts';
import { passServices } from '../support/pass-services.ts';
import { aPolicy, aSnapshot, weights } from '../support/policies.ts';

const { signal } = new AbortController();
const policy = aPolicy();
const west = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
const down = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, west);
const moved = aSnapshot(west, west);

const converged: Verification = { kind: 'read', object: liveObject };
const patched: Receipt = { kind: 'delivered', evidence: { kind: 'written', object: liveObject } };

interface Stage {
	readonly duties?: readonly Duty[];
	readonly receipt?: Receipt;
	readonly seen?: Verification;
}

function startPasses({ duties = ['write'], receipt = patched, seen = converged }: Stage = {}) {
	const clock = createVirtualClock();
	const ledger = createMemoryLedger();
	let asked = 0;
	let delivered = 0;
	const delivery: Delivery = {
		deliver() {
			delivered += 1;
			return Promise.resolve(receipt);
		},
	};
	const parts = {
		...passServices(delivery, clock),
		ledger,
		duty(): Duty {
			asked += 1;
			return duties[Math.min(asked, duties.length) - 1] ?? 'write';
		},
		verify: () => Promise.resolve(seen),
	};
	const pass = (snapshot: Snapshot) =>
		runPass(parts, { policy, snapshot, manifests: undefined, tip: 'tip-1' }, signal);
	return { clock, ledger, pass, delivered: () => delivered };
}

test('a replica that follows keeps its judgements warm, and leaves moves to the leader', async (t) => {
	const { pass, ledger, delivered } = startPasses({ duties: ['follow'] });
	const leaders = { ...emptyMemory, episode: { id: 'of-the-leader', since: 5 } };
	ledger.save(policy.key, leaders);
	const report = await pass(down);
	t.like(report, { end: { kind: 'held' }, follows: true });
	t.is(report.uid, undefined);
	const { backends, ...rest } = ledger.load(policy.key);
	t.is(backends.get('emoji-svc')?.verdict, 'Unhealthy');
	t.deepEqual(rest, { episode: leaders.episode });
	t.is(delivered(), 0);
});

test('whoever leads no more when a change is to leave does not send it', async (t) => {
	const { pass, delivered } = startPasses({ duties: ['write', 'follow'] });
	t.is((await pass(down)).end.kind, 'held');
	t.is(delivered(), 0);
});

test('a change that was withheld on its way failed nobody', async (t) => {
	t.is((await startPasses({ receipt: { kind: 'withheld' } }).pass(down)).end.kind, 'held');
});

function told(code: 'E_WRITE_REFUSED' | 'E_TARGET_MISSING'): Problem {
	return problem(code, { where: { kind: 'named', name: 'east' }, message: 'denied by policy' });
}

test('F-037 F-040 what admission or the schema refuses waits in the slow lane, with the server’s message', async (t) => {
	const receipt: Receipt = { kind: 'rejected', problem: told('E_WRITE_REFUSED'), retry: 'later' };
	const { pass, clock, delivered } = startPasses({ receipt });
	for (const [after, tries] of [
		[0, 1],
		[slowLane - 1, 1],
		[1, 2],
	] as const) {
		await clock.advance(after);
		t.like((await pass(down)).end, { kind: 'failed', message: 'denied by policy' });
		t.is(delivered(), tries);
	}
});

for (const [what, stage] of [
	['the write', { receipt: { kind: 'rejected', problem: told('E_TARGET_MISSING'), retry: 'on-change' } }],
	[
		'the read-back',
		{
			receipt: { kind: 'conflict', message: 'gone' },
			seen: { kind: 'unknown', problem: told('E_TARGET_MISSING') },
		},
	],
] as const) {
	test(`F-041 a target that was deleted before ${what} is a race that was lost, no failure`, async (t) => {
		t.like((await startPasses(stage).pass(down)).end, { kind: 'failed', conflict: true });
	});
}

test('F-038 weights that are changed on the way in are written four times, and then left alone', async (t) => {
	const changed: Receipt = { kind: 'delivered', evidence: { kind: 'written', object: otherObject } };
	const play = startPasses({ receipt: changed });
	const decisions: string[] = [];
	for (let pass = 0; pass < 8; pass += 1) {
		decisions.push((await play.pass(down)).decision.kind);
		await play.clock.advance(500);
	}
	t.deepEqual(decisions, ['shift', 'shift', 'shift', 'shift', 'hold', 'hold', 'hold', 'hold']);
	t.is(play.delivered(), 4);
});

function withProfile(snapshot: Snapshot, overrides: Readonly<Record<string, number>>): Snapshot {
	const profile: LiveProfile = {
		name: 'emoji-svc.emojivoto.svc.cluster.local',
		apex: 'emoji-svc',
		overrides: weights(overrides),
		skipped: false,
	};
	return snapshot.target.kind === 'found'
		? { ...snapshot, target: { ...snapshot.target, profile } }
		: snapshot;
}

test('a shift whose profile does not follow is awaited, not converged, until it does', async (t) => {
	const { pass, clock, ledger, delivered } = startPasses();
	const stale = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
	t.like((await pass(withProfile(down, stale))).end, { kind: 'awaited', blocker: 'adaptor' });
	t.truthy(ledger.load(policy.key).pending);
	await clock.advance(9_000);
	const waiting = await pass(withProfile(moved, stale));
	t.like(waiting.end, { kind: 'awaited', blocker: 'adaptor' });
	await clock.advance(1_000);
	const stalled = await pass(withProfile(moved, stale));
	t.is(stalled.end.kind, 'awaited');
	t.deepEqual(stalled.decision.reasons.map(({ code }) => code).includes('AdaptorStalled'), true);
	const followed = await pass(withProfile(moved, west));
	t.is(followed.end.kind, 'converged');
	t.is(ledger.load(policy.key).pending, undefined);
	t.is(delivered(), 1);
});

test('weights undone while linkerd-smi is waited for count as undone too', async (t) => {
	const { pass, clock, delivered } = startPasses();
	const stale = withProfile(down, { 'emoji-svc': 1, 'emoji-svc-west': 0 });
	for (let round = 0; round < 8; round += 1) {
		await pass(stale);
		await clock.advance(1_000);
	}
	t.is(delivered(), 4);
});
