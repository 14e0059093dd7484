import test from 'ava';
import { planChange } from '../../src/plan/plan-change.ts';
import { aShift, emojiTarget, policyCommit } from '../support/changes.ts';
import { aPolicy, aSplit } from '../support/policies.ts';

const live = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 });
const destination = { live, manifests: 'clusters/east', policyCommit };
const policy = aPolicy({
	failover: { after: 0, via: 'Direct' },
	failback: { mode: 'Auto', after: 0, via: 'Commit' },
});

test('a failover goes the way of failover.via: Direct patches the live object', (t) => {
	const shift = aShift({ move: 'failover' });
	const change = planChange({ shift, decidedAt: 5 }, { ...destination, policy });
	t.like(change, {
		kind: 'patch',
		policy: policy.key,
		target: emojiTarget,
		shift,
		decidedAt: 5,
		version: 'v1alpha2',
	});
	t.is(change?.kind === 'patch' ? change.operations.length : 0, 6);
});

test('a failback goes the way of failback.via: Commit edits below the cluster’s folder', (t) => {
	const shift = aShift({ move: 'failback' });
	t.deepEqual(planChange({ shift, decidedAt: 5 }, { ...destination, policy }), {
		kind: 'edit',
		policy: policy.key,
		target: emojiTarget,
		shift,
		decidedAt: 5,
		folder: 'clusters/east',
		policyCommit,
	});
});
