import test from 'ava';
import { emptyMemory } from '../../src/model/decision.ts';
import { baselineWeights, defaultPullRequests } from '../../src/model/policy.ts';
import { planChange, planEscalation } from '../../src/plan/plan-change.ts';
import { planEdit } from '../../src/plan/plan-edit.ts';
import { aShift, emojiTarget, policyCommit } from '../support/changes.ts';
import { aPolicy, aSplit } from '../support/policies.ts';

const live = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 });
const destination = { live, manifests: 'clusters/east', policyCommit, memory: emptyMemory };
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
		manualEdits: { action: 'Hold', hold: 3_600_000, expected: [baselineWeights(policy)] },
	});
});

test('the way that is asked for counts before the policy’s', (t) => {
	const shift = aShift({ move: 'failover' });
	const request = { snapshot: { samples: new Map() }, settings: defaultPullRequests, now: 5 };
	const place = { ...destination, policy, request };
	t.is(planChange({ shift, decidedAt: 5 }, place, 'Commit')?.kind, 'edit');
	t.is(planChange({ shift, decidedAt: 5 }, place, 'PullRequest')?.kind, 'pull-request');
	t.is(planChange({ shift: aShift({ move: 'failback' }), decidedAt: 5 }, place, 'Direct')?.kind, 'patch');
});

test('where nobody can be asked there is no pull request', (t) => {
	t.is(planChange({ shift: aShift(), decidedAt: 5 }, { ...destination, policy }, 'PullRequest'), undefined);
});

test('an escalation patches the weights, and holds Flux off in the same patch where that is asked for', (t) => {
	const shift = aShift({ move: 'failover' });
	const place = { ...destination, policy };
	const plain = planEscalation({ shift, decidedAt: 5 }, place, false);
	t.like(plain, { kind: 'patch', policy: policy.key, shift, decidedAt: 5, version: 'v1alpha2' });
	t.is(plain.operations.length, 6);
	t.deepEqual(
		planEscalation({ shift, decidedAt: 5 }, place, true)
			.operations.slice(6)
			.map(({ path }) => path),
		['/metadata/annotations'],
	);
});

test('an edit of an owned target names its apex, and people’s edits are held unless the policy overrides them', (t) => {
	const owning = { ...policy, owned: { apex: 'emoji-svc' }, onManualEdit: 'Override' } as const;
	const edit = planEdit({ shift: aShift(), decidedAt: 5 }, { ...destination, policy: owning });
	t.deepEqual(edit.owned, { apex: 'emoji-svc' });
	t.is(edit.manualEdits, undefined);
});
