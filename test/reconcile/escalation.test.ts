import test from 'ava';
import { emptyMemory } from '../../src/model/decision.ts';
import { problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { anEscalatingPolicy, away, home, startCommitPasses } from '../support/commit-passes.ts';
import { weights } from '../support/policies.ts';

const where = { kind: 'named', name: 'git' } as const;
const pushed: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'c1' } };
const same: Receipt = { kind: 'unchanged', evidence: { kind: 'committed', commit: 'c1' } };

test('a commit that comes to nothing is waited for until its time is over, then the weights are written directly', async (t) => {
	const { pass, did, world, memory, clock, changes } = startCommitPasses();
	const first = await pass();
	t.like(first.end, { kind: 'failed', problem: { code: 'E_GIT_UNREACHABLE' } });
	t.is(first.dueAt, clock.now() + 30_000);
	await pass(29_999);
	t.deepEqual(did, ['commit', 'commit']);
	const { end, debt, dueAt } = await pass(1);
	t.like(end, {
		kind: 'converged',
		escalated: { since: 30_000, blocker: 'no commit could be pushed in time' },
	});
	t.deepEqual(did.slice(2), ['patch']);
	t.deepEqual([debt?.since, dueAt], [clock.now(), clock.now()]);
	t.deepEqual(world.live, away);
	t.true(world.held);
	t.like(memory(), { debt: { to: weights(away), since: clock.now() }, pending: undefined });
	t.like(changes.at(-1), { kind: 'patch', policy: 'emojivoto/emoji' });
});

test('a push that hangs is not waited for longer, and its weights are not pushed twice', async (t) => {
	const { pass, did, clock, world } = startCommitPasses();
	world.git = 'hangs';
	const passing = pass();
	await clock.advance(29_999);
	t.deepEqual(did, ['commit']);
	await clock.advance(1);
	t.like((await passing).end, { kind: 'converged', escalated: { since: 30_000 } });
	t.deepEqual(did, ['commit', 'patch']);
	const paying = pass();
	await clock.advance(2_000);
	t.like((await paying).debt, { blocker: 'Git has not answered yet' });
	t.deepEqual(did, ['commit', 'patch']);
});

test('a commit that is live in time is never escalated, and a failback never is', async (t) => {
	const { pass, did, world, memory } = startCommitPasses(anEscalatingPolicy(0));
	world.git = pushed;
	await pass();
	world.live = away;
	t.is((await pass(20_000)).end.kind, 'converged');
	world.ready = 1;
	await pass(60_000);
	await pass(60_000);
	await pass(60_000);
	t.false(did.includes('patch'));
	t.is(memory().debt, undefined);
});

test('where the syncer cannot be held off nothing is written directly, and the commit is tried all the same', async (t) => {
	const { pass, did, world } = startCommitPasses();
	const refusal = problem('E_FORBIDDEN', { where, message: 'no patch right' });
	world.holdOff = { kind: 'impossible', problem: refusal };
	await pass();
	t.like((await pass(30_000)).end, { kind: 'failed', problem: refusal });
	t.deepEqual(did, ['commit', 'commit']);
});

test('a debt is committed once Git answers, and the syncer let go of once it has the commit', async (t) => {
	const { pass, did, world, memory } = startCommitPasses();
	await pass();
	await pass(30_000);
	t.like(await pass(), { debt: { blocker: 'no route' } });
	did.length = 0;
	world.git = pushed;
	const { debt } = await pass(30_000);
	t.is(debt?.paid, undefined);
	t.deepEqual(did, ['commit', 'nudge c1']);
	t.like(memory().written, { commit: 'c1', to: weights(away) });
	t.deepEqual((await pass(1_000)).debt?.paid, undefined);
	t.deepEqual(did, ['commit', 'nudge c1']);
	world.view = { name: 'Kustomization flux-system/east', carries: true };
	t.true((await pass(1_000)).debt?.paid);
	t.deepEqual(did.slice(2), ['release']);
	t.is(memory().debt, undefined);
	t.is((await pass()).debt, undefined);
});

test('what a crash left held off is found again by its marker, and paid', async (t) => {
	const { pass, ledger, policy, world, did } = startCommitPasses();
	Object.assign(world, { live: away, held: true, git: same });
	ledger.save(policy.key, emptyMemory);
	const found = await pass();
	t.deepEqual(found.debt?.paid, undefined);
	t.deepEqual(did, ['commit', 'nudge c1']);
	world.view = { name: 'Kustomization flux-system/east', carries: true };
	t.true((await pass()).debt?.paid);
	t.false(world.held);
});

test('a failback while held off goes live by its own commit, once the syncer has that', async (t) => {
	const { pass, world, memory, did } = startCommitPasses(anEscalatingPolicy(0));
	await pass();
	await pass(30_000);
	did.length = 0;
	Object.assign(world, { ready: 1, git: { ...pushed, evidence: { kind: 'committed', commit: 'c2' } } });
	const { end, debt } = await pass();
	t.is(end.kind, 'awaited');
	t.is(debt?.paid, undefined);
	t.true(world.held);
	t.deepEqual(did, ['commit', 'nudge c2']);
	world.view = { name: 'Kustomization flux-system/east', carries: true };
	t.true((await pass()).debt?.paid);
	t.false(world.held);
	t.is(memory().debt, undefined);
	world.live = home;
	t.is((await pass()).end.kind, 'converged');
});

test('a person’s edit in Git is let through instead of held off', async (t) => {
	const { pass, world, did, memory } = startCommitPasses();
	await pass();
	await pass(30_000);
	did.length = 0;
	const manual = { commit: 'c9', author: 'Ada', found: weights(home), against: weights(away) };
	world.git = { kind: 'held', manual };
	t.true((await pass()).debt?.paid);
	t.deepEqual(did, ['commit', 'release']);
	t.is(memory().debt, undefined);
});

test('where a person took our marker off nothing is let go of, and Git is paid all the same', async (t) => {
	const { pass, world, did, memory } = startCommitPasses();
	await pass();
	await pass(30_000);
	did.length = 0;
	Object.assign(world, { held: false, git: pushed });
	t.true((await pass()).debt?.paid);
	t.deepEqual(did, ['commit', 'nudge c1']);
	t.is(memory().debt, undefined);
});

test('a release that fails is tried again', async (t) => {
	const { pass, world, memory } = startCommitPasses();
	await pass();
	await pass(30_000);
	world.git = pushed;
	world.view = { name: 'Kustomization flux-system/east', carries: true };
	world.release = { kind: 'failed', message: 'it changed' };
	const { debt, dueAt } = await pass();
	t.is(debt?.blocker, 'it changed');
	t.truthy(dueAt);
	t.truthy(memory().debt);
	world.release = { kind: 'released' };
	t.true((await pass(60_000)).debt?.paid);
});

test('F-136 weights that are owed to Git and undone are written again at once, and counted as a round', async (t) => {
	const { pass, world, did, memory } = startCommitPasses();
	await pass();
	await pass(30_000);
	did.length = 0;
	world.live = home;
	const { end } = await pass(5_000);
	t.like(end, { kind: 'converged', escalated: { blocker: 'somebody undid them' } });
	t.deepEqual(did, ['patch']);
	t.is(memory().settled?.rounds, 1);
});

test('a held commit is told by the next pass, at once', async (t) => {
	const { pass, world, clock } = startCommitPasses();
	const until = clock.now() + 3_600_000;
	const manual = {
		commit: 'c9',
		author: 'Ada',
		found: weights(home),
		against: weights(away),
		until,
		hold: 3_600_000,
	};
	world.git = { kind: 'held', manual };
	const first = await pass();
	t.is(first.end.kind, 'held');
	t.is(first.dueAt, clock.now());
	t.deepEqual(
		(await pass()).decision.reasons.map(({ code }) => code),
		['ManualEdit', 'BackendUnhealthy'],
	);
});
