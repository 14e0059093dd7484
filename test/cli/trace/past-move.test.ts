import test from 'ava';
import { findMove } from '../../../src/cli/trace/past-move.ts';
import type { PastMove } from '../../../src/cli/trace/trace-facts.ts';
import type { FailoverPolicy } from '../../../src/model/policy.ts';
import type { CommitFacts } from '../../../src/model/ports/repository.ts';
import { aBackend, aPolicy } from '../../support/policies.ts';
import { anId, failoverCommit, failoverMove } from '../../support/traces.ts';

const somebody: CommitFacts = {
	...failoverCommit,
	id: anId('9'),
	author: { name: 'Ada', email: 'ada@example.org' },
	message: 'docs: failover\n\nFailover-Policy is a trailer.\n',
};

/** A history in which no merge brings anything. */
function find(history: readonly CommitFacts[], policy: FailoverPolicy): Promise<PastMove | undefined> {
	return findMove(history, policy, () => Promise.resolve(undefined));
}

test('the newest commit with trailers of the policy is its last move', async (t) => {
	const older = { ...failoverCommit, id: anId('7') };
	const move = await find([somebody, failoverCommit, older], aPolicy());
	t.deepEqual(move, failoverMove);
});

test('a policy without a commit has no last move', async (t) => {
	t.is(await find([somebody], aPolicy()), undefined);
	t.is(await find([failoverCommit], aPolicy({ key: 'emojivoto/voting' })), undefined);
	t.is(await find([], aPolicy()), undefined);
});

const merge: CommitFacts = {
	...somebody,
	id: anId('9'),
	parents: [anId('b'), failoverCommit.id],
	message: 'Merge pull request #12 from spillway/failover/east\n',
};

test('a commit of ours that a person merged is found behind the merge', async (t) => {
	const older = { ...failoverCommit, id: anId('7') };
	const read: string[] = [];
	const move = await findMove([somebody, merge, older], aPolicy(), (commit) => {
		read.push(commit);
		return Promise.resolve(commit === failoverCommit.id ? failoverCommit : undefined);
	});
	t.deepEqual(move, { ...failoverMove, commit: merge, merged: failoverCommit });
	t.deepEqual(read, [failoverCommit.id]);
});

test('a merge of something else, or of what is gone, is passed over', async (t) => {
	for (const merged of [undefined, somebody]) {
		const move = await findMove([merge, failoverCommit], aPolicy(), () => Promise.resolve(merged));
		t.deepEqual(move, failoverMove);
	}
});

test('a commit of ours that a person squashed is found in the squash’s message', async (t) => {
	const message = `failover: east (#12)\n\n${failoverCommit.message}\nCo-authored-by: Ada <ada@example.org>\n`;
	const squash = { ...somebody, message };
	t.deepEqual(await find([squash], aPolicy()), { ...failoverMove, commit: squash });
});

test('of a commit for several policies its own part is read', async (t) => {
	const message = failoverCommit.message
		.replace(
			'\n\nFailover-Policy',
			'\n\nTrafficSplit east emojivoto/voting-svc: voting-svc 1 → 0, voting-svc-west 0 → 1\n- voting is down\n\nFailover-Policy',
		)
		.replace(
			'Failover-Policy-Commit',
			'Failover-Policy: emojivoto/voting\nFailover-Episode: emojivoto/voting-x\nFailover-Change-Id: emojivoto/voting-x:0/1\nFailover-Policy-Commit',
		);
	const commit = { ...failoverCommit, message };
	t.is((await find([commit], aPolicy()))?.reasons.length, 3);
	const target = { ...aPolicy().target, name: 'voting-svc' };
	const voting = await find([commit], aPolicy({ key: 'emojivoto/voting', target }));
	t.deepEqual([voting?.reasons, voting?.episode], [['voting is down'], 'emojivoto/voting-x']);
});

test('where a template left the reasons out, their codes are told', async (t) => {
	const [subject = '', , trailers = ''] = failoverCommit.message.split('\n\n');
	const move = await find([{ ...failoverCommit, message: `${subject}\n\n${trailers}` }], aPolicy());
	t.deepEqual(move?.reasons, ['BackendUnhealthy', 'BackendHealthy', 'TierChosen']);
});

test('weights of a policy that had other backends are not guessed', async (t) => {
	const backends = [aBackend('emoji-svc'), aBackend('b', { tier: 1 }), aBackend('c', { tier: 1 })];
	t.is((await find([failoverCommit], aPolicy({ backends })))?.weights, undefined);
});
