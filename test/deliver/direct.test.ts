import test from 'ava';
import { createDelivery } from '../../src/deliver/deliver.ts';
import { deliverDirect } from '../../src/deliver/direct.ts';
import type { Change, PatchChange } from '../../src/model/change.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import type { VersionedRef, WriteOutcome } from '../../src/model/ports/cluster.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { readSplit } from '../../src/model/traffic-split.ts';
import type { Weights } from '../../src/model/weights.ts';
import { planChange } from '../../src/plan/plan-change.ts';
import { deliveryContract } from '../contract/delivery.ts';
import { aPatchChange, aShift, policyCommit } from '../support/changes.ts';
import { impossible } from '../support/impossible-delivery.ts';
import { aPolicy, weights } from '../support/policies.ts';
import { type SplitCluster, startSplitCluster } from '../support/split-cluster.ts';

const { signal } = new AbortController();

function liveSplit({ store, key }: SplitCluster) {
	const facts = readSplit(store.get(key));
	if (facts.kind === 'invalid') throw new Error(facts.message);
	return facts.target;
}

function plan(stage: SplitCluster, to: Weights): Change {
	const destination = {
		policy: aPolicy(),
		live: liveSplit(stage),
		manifests: undefined,
		policyCommit,
		memory: emptyMemory,
	};
	const change = planChange({ shift: aShift({ to }), decidedAt: 0 }, destination);
	if (change === undefined) throw new Error('nothing planned');
	return change;
}

deliveryContract('direct', () => {
	const stage = startSplitCluster();
	const { store, cluster, key } = stage;
	let writes = 0;
	let ours = true;
	store.watch({ group: key.group, plural: key.plural }, undefined, ({ type }) => {
		if (ours && type === 'MODIFIED') writes += 1;
	});
	const disturb = () => {
		ours = false;
		store.patch(key, 'application/merge-patch+json', { metadata: { annotations: { note: 'theirs' } } });
		ours = true;
		return Promise.resolve(() => Promise.resolve(store.get(key).metadata.annotations?.['note'] === 'theirs'));
	};
	const direct = deliverDirect(() => Promise.resolve(cluster));
	return Promise.resolve({
		delivery: createDelivery({ direct, edit: impossible, pulls: impossible }),
		plan: (to) => Promise.resolve(plan(stage, to)),
		settle: (pending) => pending,
		read: () =>
			Promise.resolve(
				Object.fromEntries(
					liveSplit(stage)
						.rules.flatMap(({ backends }) => backends)
						.map(({ service, weight }) => [service, weight]),
				),
			),
		writes: () => Promise.resolve(writes),
		disturb,
		remove: () => Promise.resolve(void store.delete(key)),
		failNext: (outcome) => void cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome }),
		cutOff: () => void cluster.faults.inject({ kind: 'unreachable' }),
	});
});

const refused = problem('E_FORBIDDEN', { where: { kind: 'named', name: 'east' }, message: 'no patch right' });

/** What the API server answers, and what that comes to. */
const answers: readonly (readonly [WriteOutcome, Partial<Receipt> & object])[] = [
	[
		{ kind: 'conflict', message: 'changed' },
		{ kind: 'conflict', message: 'changed' },
	],
	[
		{ kind: 'unknown', message: 'lost' },
		{ kind: 'unknown', message: 'lost' },
	],
	[
		{ kind: 'refused', problem: refused },
		{ kind: 'rejected', problem: refused, retry: 'soon' },
	],
	[{ kind: 'missing' }, { kind: 'rejected', retry: 'on-change' }],
	[
		{
			kind: 'refused',
			problem: problem('E_WRITE_REFUSED', { where: refused.where, message: 'weight: at most 100' }),
		},
		{ kind: 'rejected', retry: 'later' },
	],
	[
		{ kind: 'unavailable', message: 'busy' },
		{ kind: 'rejected', retry: 'soon' },
	],
	[
		{ kind: 'unavailable', message: 'busy', retryAfter: 7_000 },
		{ kind: 'rejected', retry: 'soon', retryAfter: 7_000 },
	],
];

for (const [outcome, expected] of answers) {
	const { kind } = outcome;
	const code = kind === 'refused' ? ` (${outcome.problem.code})` : '';
	const title = 'retryAfter' in outcome ? 'F-029 unavailable, with the wait it asks for' : `${kind}${code}`;
	test(`an answer that is ${title} is passed on as what it means`, async (t) => {
		const { cluster } = startSplitCluster();
		const answering = { ...cluster, patch: () => Promise.resolve(outcome) };
		const receipt = await deliverDirect(() => Promise.resolve(answering)).deliver(aPatchChange(), signal);
		t.like(receipt, expected);
	});
}

test('F-034 a patch planned on an older state is refused, and the newer weights stay', async (t) => {
	const stage = startSplitCluster();
	const late = plan(stage, aShift().to);
	stage.setWeight(5);
	const direct = deliverDirect(() => Promise.resolve(stage.cluster));
	t.is((await direct.deliver(late as PatchChange, signal)).kind, 'conflict');
	t.is(stage.weight(), 5);
});

test('F-042 a split that was deleted and made anew is not the one decided on', async (t) => {
	const stage = startSplitCluster();
	const late = plan(stage, aShift().to) as PatchChange;
	const { apiVersion, kind, metadata, spec } = stage.store.get(stage.key) as Record<string, unknown> & {
		metadata: { name: string };
	};
	stage.store.delete(stage.key);
	stage.store.create(stage.key, {
		apiVersion,
		kind,
		metadata: { name: metadata.name, namespace: 'emojivoto' },
		spec,
	});
	const receipt = await deliverDirect(() => Promise.resolve(stage.cluster)).deliver(late, signal);
	t.is(receipt.kind, 'conflict');
	t.is(stage.weight(), 1);
});

test('no way to the cluster is a rejection to try again, a fault of our own is thrown', async (t) => {
	const noWay = problem('E_KUBECONFIG', {
		where: { kind: 'named', name: 'kubeconfig' },
		message: 'no context',
	});
	const cut = deliverDirect(() => Promise.reject(new ProblemError(noWay)));
	t.deepEqual(await cut.deliver(aPatchChange(), signal), { kind: 'rejected', problem: noWay, retry: 'soon' });
	const broken = deliverDirect(() => Promise.reject(new TypeError('our own')));
	await t.throwsAsync(broken.deliver(aPatchChange(), signal), { instanceOf: TypeError });
});

test('a version that the server does not serve is no reason not to write', async (t) => {
	const tried: string[] = [];
	const answering = (served: string) => ({
		...startSplitCluster().cluster,
		patch(ref: VersionedRef): Promise<WriteOutcome> {
			tried.push(ref.version);
			const problem = refused;
			return Promise.resolve(ref.version === served ? { kind: 'refused', problem } : { kind: 'missing' });
		},
	});
	const target = { ...aPatchChange().target, kind: 'HTTPRoute', group: 'policy.linkerd.io' } as const;
	const change = aPatchChange({ target, version: 'v1beta3' });
	const deliver = (served: string) =>
		deliverDirect(() => Promise.resolve(answering(served))).deliver(change, signal);
	t.like(await deliver('v1beta2'), { problem: refused });
	t.like(await deliver('none'), { kind: 'rejected', problem: { code: 'E_TARGET_MISSING' } });
	t.deepEqual(tried, ['v1beta3', 'v1beta2', 'v1beta3', 'v1beta2', 'v1beta1']);
});

test('a leader that lost its lease while a change waited does not write it', async (t) => {
	const stage = startSplitCluster();
	const direct = deliverDirect(
		() => Promise.resolve(stage.cluster),
		({ policy }) => policy !== 'emojivoto/emoji',
	);
	const change = plan(stage, aShift().to) as PatchChange;
	t.deepEqual(await direct.deliver(change, signal), { kind: 'withheld' });
	t.is(stage.weight(), 1);
});

test('an owned target is made by server-side apply, and applied again', async (t) => {
	const stage = startSplitCluster();
	stage.store.delete(stage.key);
	const direct = deliverDirect(() => Promise.resolve(stage.cluster));
	const policy = aPolicy({ owned: { apex: 'emoji-svc' } });
	for (const [to, live] of [
		[weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }), () => undefined],
		[aShift().to, () => liveSplit(stage)],
	] as const) {
		const destination = { policy, live: live(), manifests: undefined, policyCommit, memory: emptyMemory };
		const change = planChange({ shift: aShift({ to }), decidedAt: 0 }, destination);
		if (change?.kind !== 'apply') return t.fail(change?.kind);
		t.is((await direct.deliver(change, signal)).kind, 'delivered');
		t.is(stage.weight(), to.get('emoji-svc'));
		if (live() !== undefined) {
			const stale = await direct.deliver(change, signal);
			t.is(stale.kind, 'conflict', JSON.stringify(stale));
		}
	}
	t.like(liveSplit(stage), { manager: 'spillway', applied: true, madeBy: 'spillway', madeFor: policy.key });
});
