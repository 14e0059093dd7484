import test from 'ava';
import type { Change } from '../../src/model/change.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import type { Duty } from '../../src/model/duty.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Delivery, Verification } from '../../src/model/ports/delivery.ts';
import { problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import { runPass } from '../../src/reconcile/pass.ts';
import { type PassParts, type PassReport, syncPatience } from '../../src/reconcile/pass-report.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { liveObject, otherObject } from '../support/pass-reports.ts';
import { passServices } from '../support/pass-services.ts';
import { aPolicy, aSnapshot } from '../support/policies.ts';

const { signal } = new AbortController();
const down = aSnapshot({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { 'emoji-svc': 0, 'emoji-svc-west': 1 });
const moved = aSnapshot({ 'emoji-svc': 0, 'emoji-svc-west': 1 }, { 'emoji-svc': 0, 'emoji-svc-west': 1 });
const converged: Verification = { kind: 'read', object: liveObject };
const differs: Verification = { kind: 'read', object: otherObject };
const broken = problem('E_FORBIDDEN', { where: { kind: 'named', name: 'east' }, message: 'no' });
const patched: Receipt = { kind: 'delivered', evidence: { kind: 'written', object: liveObject } };

interface Stage {
	readonly policy?: FailoverPolicy;
	readonly duty?: PassParts['duty'];
	readonly receipt?: Receipt;
	readonly seen?: Verification;
}

/** Passes over one policy, one after the other; everything they did is noted. */
function startPasses({
	policy = aPolicy(),
	duty = () => 'write',
	receipt = patched,
	seen = converged,
}: Stage = {}) {
	const clock = createVirtualClock();
	const ledger = createMemoryLedger();
	const did: string[] = [];
	const changes: Change[] = [];
	const delivery: Delivery = {
		deliver(change) {
			did.push('deliver');
			changes.push(change);
			return Promise.resolve(receipt);
		},
	};
	const parts: PassParts = {
		...passServices(delivery, clock),
		ledger,
		duty,
		verify() {
			did.push('verify');
			return Promise.resolve(seen);
		},
		onObject: (cluster, { metadata }) => did.push(`told ${cluster} ${metadata.name}`),
	};
	const pass = (snapshot: Snapshot, tip = 'tip-1'): Promise<PassReport> =>
		runPass(parts, { policy, snapshot, manifests: 'clusters/east', tip }, signal);
	return { clock, ledger, did, changes, pass, policy };
}

test('a shift is delivered, and the answer to the write, which is told, settles it without another read', async (t) => {
	const { did, pass, ledger, policy } = startPasses();
	const { decision, end, synced } = await pass(down);
	t.deepEqual([decision.kind, end.kind, synced], ['shift', 'converged', true]);
	t.deepEqual(did, ['deliver', 'told east emoji-svc']);
	t.is(ledger.load(policy.key).pending, undefined);
	t.truthy(ledger.load(policy.key).episode);
});

test('in mode Observe a shift that somebody else made live is settled, without a word to the cluster', async (t) => {
	const { did, pass, ledger, policy } = startPasses({ policy: aPolicy({ mode: 'Observe' }) });
	await pass(down);
	t.truthy(ledger.load(policy.key).pending);
	t.is((await pass(moved)).end.kind, 'held');
	t.is(ledger.load(policy.key).pending, undefined);
	t.deepEqual(did, []);
});

test('with nothing to do nobody is asked for anything', async (t) => {
	const { did, pass } = startPasses();
	t.is((await pass(moved)).end.kind, 'held');
	t.deepEqual(did, []);
});

test('a snapshot that lacks an input leaves everything as it is', async (t) => {
	const { did, pass, ledger, policy } = startPasses({ seen: differs });
	await pass(down);
	const before = ledger.load(policy.key);
	did.length = 0;
	const { end, synced } = await pass({ ...down, waitingFor: ['slices of east/emojivoto'] });
	t.deepEqual([end.kind, synced, did], ['held', false, []]);
	t.is(ledger.load(policy.key), before);
});

for (const [what, stage] of [
	['mode Observe', { policy: aPolicy({ mode: 'Observe' }) }],
	['a dry run', { duty: (): Duty => 'propose' }],
] as const) {
	test(`INV-31 ${what} decides as ever, proposes the change, and touches nothing`, async (t) => {
		const watching = startPasses(stage);
		const acting = startPasses();
		const [proposed, real] = [await watching.pass(down), await acting.pass(down)];
		t.deepEqual(proposed.decision, real.decision);
		t.is(proposed.end.kind, 'proposed');
		t.deepEqual(proposed.end.kind === 'proposed' && proposed.end.change, acting.changes[0]);
		t.is((await watching.pass(moved)).end.kind, 'held');
		t.deepEqual(watching.did, []);
	});
}

const receipts: readonly (readonly [
	what: string,
	stage: Stage,
	end: PassReport['end']['kind'],
	did: readonly string[],
	undone?: true,
])[] = [
	[
		'unchanged',
		{ receipt: { kind: 'unchanged' } },
		'converged',
		['deliver', 'verify', 'told east emoji-svc'],
	],
	[
		'F-032 an unknown outcome that turns out well',
		{ receipt: { kind: 'unknown', message: 'lost' } },
		'converged',
		['deliver', 'verify', 'told east emoji-svc'],
	],
	[
		'F-033 an unknown outcome that turns out not to have been',
		{ receipt: { kind: 'unknown', message: 'lost' }, seen: differs },
		'failed',
		['deliver', 'verify', 'told east emoji-svc'],
	],
	[
		'F-028 a conflict',
		{ receipt: { kind: 'conflict', message: 'changed' }, seen: differs },
		'failed',
		['deliver', 'verify', 'told east emoji-svc'],
	],
	[
		'F-038 a patch whose weights were changed on the way',
		{ receipt: { kind: 'delivered', evidence: { kind: 'written', object: otherObject } } },
		'failed',
		['deliver', 'told east emoji-svc'],
		true,
	],
	[
		'a read-back without an answer',
		{ receipt: { kind: 'unknown', message: 'lost' }, seen: { kind: 'unknown', problem: broken } },
		'failed',
		['deliver', 'verify'],
	],
	['a refusal', { receipt: { kind: 'rejected', problem: broken, retry: 'soon' } }, 'failed', ['deliver']],
	[
		'a refusal that only a change can mend',
		{ receipt: { kind: 'rejected', problem: broken, retry: 'on-change' } },
		'stuck',
		['deliver'],
	],
];

for (const [what, stage, end, did, undone = false] of receipts) {
	test(`${what} ends the pass ${end}, and only a shift that was written is pending no more`, async (t) => {
		const play = startPasses(stage);
		t.is((await play.pass(down)).end.kind, end);
		t.deepEqual(play.did, did);
		t.is(play.ledger.load(play.policy.key).pending === undefined, end === 'converged' || undone);
	});
}

test('F-029 the wait a server asks for is passed on', async (t) => {
	const receipt: Receipt = { kind: 'rejected', problem: broken, retry: 'soon', retryAfter: 7_000 };
	t.like((await startPasses({ receipt }).pass(down)).end, { kind: 'failed', retryAfter: 7_000 });
});

test('a shift that arrived by other hands while it was pending is read back and settled', async (t) => {
	const receipt: Receipt = { kind: 'rejected', problem: broken, retry: 'soon' };
	const { did, pass } = startPasses({ receipt });
	await pass(down);
	const { end } = await pass(moved);
	t.is(end.kind, 'converged');
	t.deepEqual(did, ['deliver', 'verify', 'told east emoji-svc']);
});

const byCommit = aPolicy({ failover: { after: 0, via: 'Commit' } });
const commit: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'tip-2' } };

test('INV-28 a commit is made once, and then awaited; our own new tip is no reason for another', async (t) => {
	const { did, pass, changes, clock } = startPasses({ policy: byCommit, receipt: commit });
	t.is((await pass(down, 'tip-1')).end.kind, 'awaited');
	for (const tip of ['tip-1', 'tip-2', 'tip-2']) {
		await clock.advance(1_000);
		t.is((await pass(down, tip)).end.kind, 'awaited');
	}
	t.deepEqual(did, ['deliver']);
	t.like(changes[0], { kind: 'edit', folder: 'clusters/east', policyCommit: 'tip-1' });
	t.is((await pass(moved, 'tip-2')).end.kind, 'converged');
});

test('a commit is looked after when somebody else moved the branch, and when nothing syncs it', async (t) => {
	const { did, pass, clock } = startPasses({ policy: byCommit, receipt: commit });
	await pass(down, 'tip-1');
	await pass(down, 'tip-3');
	t.is(did.length, 2);
	await clock.advance(syncPatience - 1);
	await pass(down, 'tip-3');
	t.is(did.length, 2);
	await clock.advance(1);
	await pass(down, 'tip-3');
	t.is(did.length, 3);
});

test('a conflict on the branch is a failure to try again, without reading the cluster', async (t) => {
	const receipt: Receipt = { kind: 'conflict', message: 'the branch moved 8 times while committing' };
	const { did, pass } = startPasses({ policy: byCommit, receipt });
	t.like((await pass(down)).end, { kind: 'failed', message: receipt.message });
	t.deepEqual(did, ['deliver']);
});

test('the ledger begins empty, keeps policies apart and forgets', (t) => {
	const ledger = createMemoryLedger();
	const memory = { backends: new Map() };
	ledger.save('a', memory);
	t.is(ledger.load('a'), memory);
	t.is(ledger.load('b'), emptyMemory);
	ledger.forget('a');
	t.is(ledger.load('a'), emptyMemory);
});
