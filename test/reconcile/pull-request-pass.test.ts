// How a pass asks people: what it delivers, what their answers come to, and what it says when it asks for nothing.
import test from 'ava';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { NoRequest } from '../../src/model/ports/pull-requests.ts';
import { problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { syncPatience } from '../../src/reconcile/pass-report.ts';
import { anAskingPolicy, aView, away, home, startCommitPasses } from '../support/commit-passes.ts';
import { weights } from '../support/policies.ts';

const where = { kind: 'named', name: 'forge' } as const;
const open: Receipt = { kind: 'requested', pull: aView() };
const merged: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'c7' } };
const still: Receipt = { kind: 'unchanged', evidence: { kind: 'committed', commit: 'c7' } };

function kinds(rests: readonly NoRequest[]): readonly string[] {
	return rests.map((why) => (why.kind === 'overtaken' ? `overtaken by ${why.by}` : why.kind));
}

test('a shift is asked for in every pass, and how it stands is remembered, not delivered to the cluster', async (t) => {
	const { pass, did, changes, memory, rests } = startCommitPasses(anAskingPolicy());
	const first = await pass();
	t.like(first.end, { kind: 'awaited', receipt: { kind: 'requested' } });
	t.is(memory().pending?.requested, undefined);
	t.like(changes[0], {
		kind: 'pull-request',
		group: { move: 'failover', name: 'east' },
		edit: { folder: 'clusters/east' },
	});
	t.deepEqual(did, ['ask']);
	t.deepEqual(rests, []);
});

test('a pull request that stands as before leaves the memory as it is', async (t) => {
	const { pass, memory, world } = startCommitPasses(anAskingPolicy());
	world.pulls = open;
	await pass();
	const before = memory().pending;
	t.deepEqual(before?.requested, aView());
	world.pulls = { kind: 'requested', pull: aView() };
	await pass(1_000);
	t.is(memory().pending, before);
	world.pulls = { kind: 'requested', pull: aView({ state: 'Blocked', blocker: 'the check ci failed' }) };
	await pass(1_000);
	t.like(memory().pending?.requested, { state: 'Blocked' });
	t.is(memory().pending?.decidedAt, before?.decidedAt);
});

test('what keeps it from being opened ends no wait', async (t) => {
	const { pass, world } = startCommitPasses(anAskingPolicy());
	const obstacle = problem('E_FORGE', { where, message: 'no answer' });
	world.pulls = { kind: 'requested', obstacle };
	t.like((await pass()).end, { kind: 'awaited', receipt: { obstacle } });
	t.is((await pass(1_000)).end.kind, 'awaited');
});

test('a merge is a commit: it is nudged for, awaited, and looked at again only when the branch moves', async (t) => {
	const { pass, did, world, memory, rests } = startCommitPasses(anAskingPolicy());
	world.pulls = open;
	await pass();
	world.pulls = merged;
	const asked = await pass(600_000);
	t.like(asked.end, { kind: 'awaited', pending: { committed: { commit: 'c7', on: 'c0' } } });
	t.is(asked.end.kind === 'awaited' ? asked.end.syncer : 'none', undefined);
	t.like(memory().written, { commit: 'c7', to: weights(away) });
	t.is(memory().approved, undefined);
	world.pulls = still;
	await pass(1_000);
	t.deepEqual(did, ['ask', 'ask', 'nudge c7']);
	world.tip = 'c8';
	await pass(1_000);
	t.deepEqual(did, ['ask', 'ask', 'nudge c7', 'ask', 'nudge c7']);
	t.deepEqual(rests, []);
	world.live = away;
	t.is((await pass(1_000)).end.kind, 'converged');
	t.deepEqual(rests, [
		{
			kind: 'unneeded',
			weights: weights(away),
			reasons: rests[0]?.kind === 'unneeded' ? rests[0].reasons : [],
		},
	]);
});

test('a syncer is asked about a merge once patience since the merge is over', async (t) => {
	const { pass, world } = startCommitPasses(anAskingPolicy());
	world.pulls = open;
	await pass();
	world.pulls = merged;
	await pass(600_000);
	world.pulls = still;
	const late = await pass(syncPatience);
	t.is(late.end.kind === 'awaited' ? late.end.syncer : undefined, world.view);
});

test('a branch that lost what was merged is asked for anew', async (t) => {
	const { pass, world, memory } = startCommitPasses(anAskingPolicy());
	world.pulls = open;
	await pass();
	world.pulls = merged;
	await pass(1_000);
	Object.assign(world, { pulls: { kind: 'requested', pull: aView({ number: 13 }) }, tip: 'rewritten' });
	await pass(1_000);
	t.is(memory().pending?.committed, undefined);
	t.is(memory().pending?.requested?.number, 13);
});

/** A policy that failed over in this episode, and may return. */
function startReturning(policy: FailoverPolicy, overrides: Partial<PolicyMemory> = {}) {
	const stage = startCommitPasses(policy);
	const episode = { id: 'the-episode', since: stage.clock.now() };
	stage.ledger.save(policy.key, { ...emptyMemory, episode, ...overrides });
	Object.assign(stage.world, { live: away, ready: 1 });
	return stage;
}

test('a failback that people merged is approved to its end, and what follows on that way is committed', async (t) => {
	const { pass, world, memory, did } = startReturning(anAskingPolicy());
	world.pulls = open;
	await pass();
	world.pulls = merged;
	await pass(1_000);
	t.deepEqual(memory().approved, { episode: 'the-episode', number: 12, to: weights(home) });
	// As if the branch had been taken back: the approval stands.
	const { pending, ...rest } = memory();
	t.truthy(pending);
	const again = startReturning(anAskingPolicy(), rest);
	await again.pass();
	t.deepEqual(again.did, ['commit']);
	t.deepEqual(did, ['ask', 'ask', 'nudge c7']);
});

test('an approval of another episode, or of another end, counts for nothing', async (t) => {
	for (const approved of [
		{ episode: 'another', number: 12, to: weights(home) },
		{ episode: 'the-episode', number: 12, to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 1 }) },
	]) {
		const { pass, did } = startReturning(anAskingPolicy(), { approved });
		await pass();
		t.deepEqual(did, ['ask']);
	}
});

test('whoever has to leave again needs a new approval', async (t) => {
	const approved = { episode: 'the-episode', number: 12, to: weights(home) };
	const { pass, world, memory } = startReturning(anAskingPolicy(), { approved });
	Object.assign(world, { live: home, ready: 0 });
	await pass();
	t.is(memory().approved, undefined);
});

test('a person’s edit that the pull request would write over is told by the next pass', async (t) => {
	const { pass, world, clock, rests } = startCommitPasses(anAskingPolicy());
	const until = clock.now() + 3_600_000;
	const manual = {
		commit: 'c9',
		author: 'Ada',
		found: weights(home),
		against: weights(away),
		until,
		hold: 3_600_000,
	};
	world.pulls = { kind: 'held', manual };
	t.is((await pass()).dueAt, clock.now());
	t.is((await pass()).decision.reasons[0]?.code, 'ManualEdit');
	t.deepEqual(kinds(rests), ['stopped']);
});
