import test from 'ava';
import { findMove } from '../../../src/cli/trace/past-move.ts';
import type { CommitFacts } from '../../../src/model/ports/repository.ts';
import { aBackend, aPolicy, weights } from '../../support/policies.ts';
import { anId, failoverCommit } from '../../support/traces.ts';

const somebody: CommitFacts = {
	...failoverCommit,
	id: anId('9'),
	author: { name: 'Ada', email: 'ada@example.org' },
	message: 'docs: failover\n\nFailover-Policy is a trailer.\n',
};

test('the newest commit with trailers of the policy is its last move', (t) => {
	const older = { ...failoverCommit, id: anId('7') };
	const move = findMove([somebody, failoverCommit, older], aPolicy());
	t.deepEqual(move, {
		commit: failoverCommit,
		weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
		reasons: [
			'emoji-svc is unhealthy: 0 ready endpoints, minReady is 1',
			'emoji-svc-west is healthy: 1 ready endpoint in west/emojivoto/emoji-svc',
			'tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1',
		],
		episode: 'emojivoto/emoji-mwq8xffl',
		policyCommit: anId('b'),
	});
});

test('a policy without a commit has no last move', (t) => {
	t.is(findMove([somebody], aPolicy()), undefined);
	t.is(findMove([failoverCommit], aPolicy({ key: 'emojivoto/voting' })), undefined);
	t.is(findMove([], aPolicy()), undefined);
});

test('of a commit for several policies its own part is read', (t) => {
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
	t.is(findMove([commit], aPolicy())?.reasons.length, 3);
	const target = { ...aPolicy().target, name: 'voting-svc' };
	const voting = findMove([commit], aPolicy({ key: 'emojivoto/voting', target }));
	t.deepEqual([voting?.reasons, voting?.episode], [['voting is down'], 'emojivoto/voting-x']);
});

test('where a template left the reasons out, their codes are told', (t) => {
	const [subject = '', , trailers = ''] = failoverCommit.message.split('\n\n');
	const move = findMove([{ ...failoverCommit, message: `${subject}\n\n${trailers}` }], aPolicy());
	t.deepEqual(move?.reasons, ['BackendUnhealthy', 'BackendHealthy', 'TierChosen']);
});

test('weights of a policy that had other backends are not guessed', (t) => {
	const backends = [aBackend('emoji-svc'), aBackend('b', { tier: 1 }), aBackend('c', { tier: 1 })];
	t.is(findMove([failoverCommit], aPolicy({ backends }))?.weights, undefined);
});
