// Pull requests that are merged when nobody wants them any more.
import test from 'ava';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy, Via } from '../../src/model/policy.ts';
import type { LateMerge } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { anAskingPolicy, aView, away, gitDown, home, startCommitPasses } from '../support/commit-passes.ts';
import { aPolicy, weights } from '../support/policies.ts';

const late: LateMerge = {
	number: 12,
	url: 'https://forge.example/config/pulls/12',
	at: 1_749_999_000_000,
	by: 'ada',
	move: 'failover',
	to: weights(away),
};
const pushed: Receipt = { kind: 'delivered', evidence: { kind: 'committed', commit: 'c9' } };

function returningBy(via: Via, overrides: Partial<FailoverPolicy> = {}): FailoverPolicy {
	return aPolicy({ ...anAskingPolicy(), failback: { mode: 'Auto', after: 0, via }, ...overrides });
}

/** All is well, and a failover that nobody wants was merged. */
function startLate(policy: FailoverPolicy, memory: Partial<PolicyMemory> = {}) {
	const stage = startCommitPasses(policy);
	stage.ledger.save(policy.key, { ...emptyMemory, ...memory });
	Object.assign(stage.world, { ready: 1, late, git: pushed });
	return stage;
}

for (const via of ['Commit', 'Direct'] as const) {
	test(`F20 a failover merged after recovery is taken back by an urgent commit, where failbacks go by ${via}`, async (t) => {
		const { pass, did, changes, memory, rests } = startLate(returningBy(via));
		const { end, late: answer, decision } = await pass();
		t.is(end.kind, 'held');
		t.is(decision.kind, 'hold');
		t.deepEqual(did, ['commit', 'nudge c9']);
		t.like(changes[0], {
			kind: 'edit',
			urgent: true,
			folder: 'clusters/east',
			decidedAt: late.at,
			shift: {
				move: 'failback',
				from: weights(away),
				to: weights(home),
				reasons: [{ code: 'LateMerge', target: 'TrafficSplit east emojivoto/emoji-svc', late }],
			},
		});
		t.is(answer?.receipt, pushed);
		t.is(memory().pending, undefined);
		t.like(memory().written, { commit: 'c9', to: weights(home) });
		t.deepEqual(rests[0]?.kind, 'unneeded');
	});
}

test('F20 where failbacks are asked for, the answer is asked for too, urgently, until Git carries the weights', async (t) => {
	const { pass, did, changes, rests, world, clock } = startLate(returningBy('PullRequest'));
	world.pulls = { kind: 'requested', pull: aView({ number: 13 }) };
	t.is((await pass()).dueAt, clock.now() + 60_000);
	await pass(1_000);
	t.deepEqual(did, ['ask', 'ask']);
	t.like(changes[1], {
		kind: 'pull-request',
		group: { move: 'failback', name: 'east' },
		rungs: [],
		edit: { urgent: true, shift: { to: weights(home) } },
	});
	t.deepEqual(rests, []);
	world.pulls = pushed;
	await pass(1_000);
	world.late = undefined;
	const after = await pass(1_000);
	t.is(after.late, undefined);
	t.is(rests[0]?.kind, 'unneeded');
});

test('what the late merge left in Git is no person’s edit', async (t) => {
	const { pass, changes } = startLate(returningBy('Commit'));
	await pass();
	const [change] = changes;
	const rule = change?.kind === 'edit' ? change.manualEdits : undefined;
	t.deepEqual(rule?.expected, [weights(home), weights(away)]);
});

test('a failback merged late is answered by a failover’s way', async (t) => {
	const policy = returningBy('PullRequest', { failover: { after: 0, via: 'Commit' } });
	const { pass, did, changes, world } = startLate(policy);
	Object.assign(world, { live: away, ready: 0, late: { ...late, move: 'failback', to: weights(home) } });
	await pass();
	t.deepEqual(did, ['commit', 'nudge c9']);
	t.like(changes[0], { kind: 'edit', urgent: true, shift: { move: 'failover', to: weights(away) } });
});

test('an answer that Git does not take is tried again later, ever more rarely', async (t) => {
	const { pass, did, world } = startLate(returningBy('Commit'));
	world.git = { kind: 'rejected', problem: gitDown, retry: 'soon' };
	const first = await pass();
	t.truthy(first.dueAt);
	await pass(1);
	t.deepEqual(did, ['commit']);
	await pass(1_000);
	t.deepEqual(did, ['commit', 'commit']);
});

test('an answer is not pushed again while the branch is yet to be looked at', async (t) => {
	const { pass, did } = startLate(returningBy('Commit'));
	await pass();
	await pass(1_000);
	await pass(1_000);
	t.deepEqual(did, ['commit', 'nudge c9']);
});

test('a Git that hangs holds up an answer for two seconds, and nothing else', async (t) => {
	const { pass, clock, world, did } = startLate(returningBy('Commit'));
	world.git = 'hangs';
	const passing = pass();
	await clock.advance(2_000);
	t.is((await passing).late?.receipt, undefined);
	Object.assign(world, { ready: 0 });
	await pass();
	t.deepEqual(did, ['commit', 'ask']);
});

test('an ordinary shift comes first, and a debt to Git is no late merge', async (t) => {
	const shifting = startLate(returningBy('Commit'));
	Object.assign(shifting.world, { ready: 0 });
	t.is((await shifting.pass()).late, undefined);
	t.deepEqual(shifting.did, ['ask']);
	const owing = startLate(returningBy('Commit'), { debt: { to: weights(home), since: 1 } });
	t.is((await owing.pass()).late, undefined);
});

test('a merge of what is live all the same is not late', async (t) => {
	const { pass, did, world } = startLate(returningBy('Commit'));
	world.late = { ...late, to: weights({ 'emoji-svc': 100, 'emoji-svc-west': 0 }) };
	t.is((await pass()).late, undefined);
	t.deepEqual(did, []);
});

test('nobody answers who may not write', async (t) => {
	const { pass, did } = startLate(returningBy('Commit', { mode: 'Observe' }));
	t.is((await pass()).late, undefined);
	t.deepEqual(did, []);
});
