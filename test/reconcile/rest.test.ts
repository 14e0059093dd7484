// What a pass says to pull requests when it asks for nothing, and how people stand against it.
import test from 'ava';
import { emptyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { NoRequest } from '../../src/model/ports/pull-requests.ts';
import { problem } from '../../src/model/problem.ts';
import type { Veto } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { syncPatience } from '../../src/reconcile/pass-report.ts';
import { anAskingPolicy, aView, away, home, startCommitPasses } from '../support/commit-passes.ts';
import { aPolicy, weights } from '../support/policies.ts';

const where = { kind: 'named', name: 'forge' } as const;
const open: Receipt = { kind: 'requested', pull: aView() };
const merged: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'c7' } };

function kinds(rests: readonly NoRequest[]): readonly string[] {
	return rests.map((why) => (why.kind === 'overtaken' ? `overtaken by ${why.by}` : why.kind));
}

const veto: Veto = {
	episode: 'the-episode',
	move: 'failover',
	number: 12,
	url: 'https://forge.example/config/pulls/12',
	by: 'ada',
	at: 5,
};

/** A policy in this episode whose pull request somebody closed. */
function startVetoed() {
	const stage = startCommitPasses(anAskingPolicy());
	const episode = { id: veto.episode, since: stage.clock.now() };
	stage.ledger.save(stage.policy.key, { ...emptyMemory, episode });
	stage.world.pulls = { kind: 'vetoed', veto };
	return stage;
}

test('F18 a veto is remembered, the next pass tells it, and nothing is asked for any more', async (t) => {
	const { pass, memory, clock, did, rests } = startVetoed();
	const first = await pass();
	t.like(first.end, { kind: 'held', again: true });
	t.is(first.dueAt, clock.now());
	t.deepEqual(memory().veto, veto);
	const second = await pass();
	t.is(second.decision.reasons[0]?.code, 'Vetoed');
	t.is(second.dueAt, undefined);
	t.deepEqual(did, ['ask']);
	t.deepEqual(kinds(rests), ['stopped']);
});

test('a veto that does not hold back what is asked for is told once', async (t) => {
	const { pass, world, clock } = startVetoed();
	world.pulls = { kind: 'vetoed', veto: { ...veto, move: 'failback' } };
	t.is((await pass()).dueAt, clock.now());
	t.is((await pass()).dueAt, undefined);
});

test('a veto that people took back is forgotten before anything is decided', async (t) => {
	const { pass, world, memory, did } = startVetoed();
	await pass();
	Object.assign(world, { lifted: true, pulls: open });
	await pass();
	t.is(memory().veto, undefined);
	t.deepEqual(did, ['ask', 'ask']);
});

test('right weights, and none that are better, need no pull request', async (t) => {
	const { pass, world, rests } = startCommitPasses(anAskingPolicy());
	Object.assign(world, { ready: 1 });
	await pass();
	t.like(rests[0], { kind: 'unneeded', weights: weights(home), reasons: [{ code: 'InPlace' }] });
});

test('moves that never go by pull request say nothing of them', async (t) => {
	for (const via of ['Direct', 'Commit'] as const) {
		const policy = aPolicy({ failover: { after: 0, via }, failback: { mode: 'Auto', after: 0, via } });
		const { pass, rests, world } = startCommitPasses(policy);
		world.git = merged;
		await pass();
		await pass();
		t.deepEqual(rests, []);
	}
});

test('a move that goes another way by its own policy leaves no pull request of the other move open', async (t) => {
	for (const [via, by] of [
		['Direct', 'Direct'],
		['Commit', 'Commit'],
	] as const) {
		const { pass, rests, world } = startCommitPasses(
			aPolicy({ ...anAskingPolicy(), failover: { after: 0, via } }),
		);
		world.git = merged;
		await pass();
		t.deepEqual(rests, [{ kind: 'overtaken', by }]);
	}
});

test('what has not seen its inputs, may not write or only follows says nothing to pull requests', async (t) => {
	const observing = startCommitPasses(aPolicy({ ...anAskingPolicy(), mode: 'Observe' }));
	Object.assign(observing.world, { ready: 1 });
	await observing.pass();
	t.deepEqual(observing.rests, []);
	const proposing = startCommitPasses(aPolicy({ ...anAskingPolicy(), mode: 'Observe' }));
	t.like((await proposing.pass()).end, { kind: 'proposed', change: { kind: 'pull-request' } });
	t.deepEqual([proposing.did, proposing.rests], [[], []]);
});

const refused = problem('E_GIT_PROTECTED', { where, message: 'the push to main was refused: protected' });
const protectedBranch: Receipt = { kind: 'rejected', problem: refused, retry: 'later' };

function aCommittingPolicy(): FailoverPolicy {
	return aPolicy({
		failover: { after: 0, via: 'Commit' },
		failback: { mode: 'Auto', after: 0, via: 'Commit' },
	});
}

test('F7 where a protected branch refuses the commit, people are asked from then on, if they may be', async (t) => {
	const { pass, did, world, rests } = startCommitPasses(aCommittingPolicy());
	world.git = protectedBranch;
	world.settings = { ...world.settings, commits: { onRefused: 'PullRequest' } };
	world.pulls = open;
	const first = await pass();
	t.like(first.end, { kind: 'awaited', pending: { requested: { number: 12 } }, diverted: refused });
	t.is((await pass(1_000)).end.diverted, undefined);
	await pass(syncPatience);
	t.deepEqual(did, ['commit', 'ask', 'ask', 'ask']);
	world.pulls = merged;
	await pass();
	world.live = away;
	t.is((await pass()).end.kind, 'converged');
	t.deepEqual(kinds(rests), ['unneeded']);
});

test('F7 without leave to ask people the commit waits in the slow lane', async (t) => {
	const { pass, did, world } = startCommitPasses(aCommittingPolicy());
	world.git = protectedBranch;
	t.like((await pass()).end, { kind: 'failed', problem: refused });
	await pass(60_000);
	t.deepEqual(did, ['commit']);
});
