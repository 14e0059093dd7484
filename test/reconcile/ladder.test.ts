// What follows, step by step, while nobody merges.
import test from 'ava';
import type { Escalation } from '../../src/model/policy.ts';
import { problem } from '../../src/model/problem.ts';
import type { PullRequestView } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { anAskingPolicy, aView, away, gitDown, startCommitPasses } from '../support/commit-passes.ts';
import { weights } from '../support/policies.ts';

const minute = 60_000;
const ladder: readonly Escalation[] = [
	{ after: minute, to: 'Notify' },
	{ after: 2 * minute, to: 'Reviewers' },
	{ after: 3 * minute, to: 'AutoMerge' },
	{ after: 5 * minute, to: 'Commit' },
	{ after: 10 * minute, to: 'Direct' },
];
const toDirect = ladder.filter(({ to }) => to !== 'Commit');
const where = { kind: 'named', name: 'git' } as const;
const pushed: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'c1' } };

function startAsking(steps: readonly Escalation[] = ladder, view: Partial<PullRequestView> = {}) {
	const stage = startCommitPasses(anAskingPolicy(steps));
	stage.world.pulls = { kind: 'requested', pull: aView(view) };
	return stage;
}

test('people are asked until the ladder commits, and where that comes to nothing it writes directly', async (t) => {
	const { pass, did, clock, rests, world, memory } = startAsking();
	const decidedAt = clock.now();
	t.is((await pass()).dueAt, decidedAt + 5 * minute);
	for (let seconds = 0; seconds < 4; seconds += 1) await pass(minute);
	t.is((await pass(minute - 1)).dueAt, decidedAt + 5 * minute);
	t.deepEqual(new Set(did), new Set(['ask']));
	did.length = 0;
	const late = await pass(1);
	t.like(late.end, { kind: 'failed', problem: gitDown });
	t.is(late.dueAt, decidedAt + 10 * minute);
	await pass(minute);
	t.deepEqual(did, ['commit', 'commit']);
	t.deepEqual(rests, []);
	const direct = await pass(4 * minute);
	t.like(direct.end, { kind: 'converged', escalated: { since: 10 * minute } });
	t.deepEqual(did, ['commit', 'commit', 'patch']);
	t.deepEqual(rests, [{ kind: 'overtaken', by: 'Direct' }]);
	t.like(memory().debt, { to: weights(away) });
	t.deepEqual(world.live, away);
});

test('what the ladder committed is asked for no more, and a debt to Git is committed too', async (t) => {
	const { pass, did, rests, world } = startAsking();
	await pass();
	world.git = pushed;
	t.is((await pass(5 * minute)).end.kind, 'awaited');
	t.deepEqual(rests, [{ kind: 'overtaken', by: 'Commit' }]);
	await pass(minute / 2);
	t.deepEqual(did, ['ask', 'commit', 'nudge c1']);
	await pass(5 * minute - minute / 2);
	t.deepEqual(did.slice(3), ['patch']);
	await pass();
	t.false(did.slice(1).includes('ask'));
});

test('a step that people hold off is taken when they said, and one that they hasten at once', async (t) => {
	const held = startAsking();
	const until = held.clock.now() + 7 * minute;
	held.world.pulls = {
		kind: 'requested',
		pull: aView({ controls: { hastened: 0, hold: { until, by: 'ada' } } }),
	};
	t.is((await held.pass()).dueAt, until);
	await held.pass(5 * minute);
	t.deepEqual(held.did, ['ask', 'ask']);
	held.world.git = pushed;
	await held.pass(2 * minute);
	t.deepEqual(held.did, ['ask', 'ask', 'commit', 'nudge c1']);

	const hastened = startAsking(ladder, { controls: { hastened: 4 } });
	hastened.world.git = pushed;
	await hastened.pass();
	await hastened.pass(1_000);
	t.deepEqual(hastened.did, ['ask', 'commit', 'nudge c1']);
});

test('F7 a protected branch that refuses the ladder’s commit leaves the pull request open', async (t) => {
	const { pass, did, rests, world, memory } = startAsking();
	await pass();
	const refused = problem('E_GIT_PROTECTED', { where, message: 'protected' });
	world.git = { kind: 'rejected', problem: refused, retry: 'later' };
	t.like((await pass(5 * minute)).end, { kind: 'awaited', diverted: refused });
	t.deepEqual(did, ['ask', 'commit', 'ask']);
	t.deepEqual(rests, []);
	await pass(5 * minute);
	t.true(memory().debt?.diverted);
	await pass();
	t.deepEqual(did, ['ask', 'commit', 'ask', 'patch', 'ask']);
});

test('without a step Commit, what was written directly is asked for until somebody merges it', async (t) => {
	const { pass, did, changes, rests, world, memory, clock } = startAsking(toDirect, {
		blocker: 'the check ci failed',
	});
	await pass();
	const { end } = await pass(10 * minute);
	t.like(end, { escalated: { blocker: 'pull request #12 was not merged in time: the check ci failed' } });
	const since = clock.now();
	const first = await pass();
	t.like(first.debt, { since, blocker: 'pull request #12 is not merged: the check ci failed' });
	t.is(first.dueAt, since + minute);
	const asked = changes.at(-1);
	t.like(asked, {
		kind: 'pull-request',
		group: { move: 'failover', name: 'east' },
		shift: { to: weights(away), reasons: [{ code: 'GitDebt' }] },
		rungs: ['Notify', 'Reviewers', 'AutoMerge'].map((to) => ({ to, at: since })),
	});
	await pass(1_000);
	t.deepEqual(did, ['ask', 'patch', 'ask', 'ask']);
	t.deepEqual(rests, []);
	world.pulls = pushed;
	t.is((await pass(1_000)).debt?.paid, undefined);
	t.deepEqual(did.slice(4), ['ask', 'nudge c1']);
	world.view = { name: 'Kustomization flux-system/east', carries: true };
	t.true((await pass(1_000)).debt?.paid);
	t.is(memory().debt, undefined);
	await pass(1_000);
	t.is(rests.at(-1)?.kind, 'unneeded');
});

test('what keeps a debt’s pull request from people is told as what keeps the debt', async (t) => {
	const { pass, world } = startAsking(toDirect);
	world.pulls = { kind: 'requested' };
	await pass();
	const { end } = await pass(10 * minute);
	t.like(end, { escalated: { blocker: 'no pull request could be opened in time' } });
	t.is((await pass()).debt?.blocker, 'no pull request is open yet');
	const obstacle = problem('E_FORGE', { where, message: 'the forge is down' });
	world.pulls = { kind: 'requested', obstacle };
	t.is((await pass()).debt?.blocker, 'the forge is down');
	const veto = { episode: 'e', move: 'failover', number: 12, url: 'u', at: 1 } as const;
	world.pulls = { kind: 'vetoed', veto };
	const vetoed = await pass();
	t.is(vetoed.debt?.blocker, 'pull request #12 was closed, so Git stays as it is');
	t.deepEqual(world.live, away);
});

test('F7 a debt whose commit a protected branch refuses is asked for, where that is allowed', async (t) => {
	const { pass, did, world } = startCommitPasses();
	world.settings = { ...world.settings, commits: { onRefused: 'PullRequest' } };
	await pass();
	await pass(30_000);
	const refused = problem('E_GIT_PROTECTED', { where, message: 'protected' });
	world.git = { kind: 'rejected', problem: refused, retry: 'later' };
	did.length = 0;
	const first = await pass();
	t.is(first.debt?.blocker, 'protected');
	await pass();
	t.deepEqual(did, ['commit', 'ask']);
});

test('a step that falls due by what people said is taken by a pass of its own, at once', async (t) => {
	const { pass, did, clock, world } = startAsking();
	const hold = { until: clock.now() + 60 * minute, by: 'ada' };
	world.pulls = { kind: 'requested', pull: aView({ controls: { hastened: 0, hold } }) };
	await pass();
	t.is((await pass(6 * minute)).dueAt, hold.until);
	// Resumed: this pass still went by the hold.
	world.pulls = { kind: 'requested', pull: aView() };
	t.is((await pass(minute)).dueAt, clock.now());
	t.deepEqual(new Set(did), new Set(['ask']));
	t.is((await pass()).dueAt, clock.now() + 3 * minute);
	t.is(did.at(-1), 'commit');
});
