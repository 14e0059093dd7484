// Others who write the same target, played with the real loop over a cluster in memory.
import test from 'ava';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { type Reconciling, startReconciling } from '../support/reconciling.ts';

const split = { group: 'split.smi-spec.io', plural: 'trafficsplits', namespace: 'shop', name: 'web-0' };
const minute = 60_000;

function setWeights(store: ObjectStore, manager: string, weights: readonly [number, number]): void {
	const operations = weights.map((value, index) => ({
		op: 'replace',
		path: `/spec/backends/${index}/weight`,
		value,
	}));
	store.patch(split, 'application/json-patch+json', operations, { version: 'v1alpha2', manager });
}

async function start(
	t: Parameters<typeof startReconciling>[0],
	change: (policy: FailoverPolicy) => FailoverPolicy = (policy) => policy,
): Promise<Reconciling & { readonly fleet: Fleet }> {
	const stage = startReconciling(t);
	const fleet = createFleet(stage.store, 1);
	stage.apply(...fleet.policies.map(change));
	await stage.clock.advance(1_000);
	return { ...stage, fleet };
}

/** Undoes every weight of the split that is not Git's, a little later. */
function startSyncer({ store, clock }: Reconciling, manager: string, signal: AbortSignal): void {
	store.watch(split, undefined, ({ type, object }) => {
		const writer = object.metadata.managedFields?.at(-1)?.manager;
		if (signal.aborted || type !== 'MODIFIED' || writer === manager) return;
		void clock.sleep(2_000, signal).then(() => setWeights(store, manager, [1, 0]));
	});
}

test('F-097 a syncer that reverts every write is duelled with for three rounds, then named', async (t) => {
	const stage = await start(t);
	const ending = new AbortController();
	t.teardown(() => ending.abort());
	startSyncer(stage, 'argocd-controller', ending.signal);
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	t.is(stage.patched.length, 4);
	const warnings = stage.notices.filter((notice) => notice.kind === 'warned');
	t.is(warnings.length, 1);
	t.like(warnings[0], { reason: 'Contested', problem: { code: 'E_CONTESTED' } });
	t.regex(warnings[0]?.problem.message ?? '', /^argocd-controller undid/);
	await stage.clock.advance(9 * minute);
	t.true(stage.patched.length <= 6, String(stage.patched.length));
	ending.abort();
	await stage.clock.advance(10 * minute);
	t.deepEqual(stage.fleet.weights(0), [0, 1]);
});

test('F-095 a person’s edit is put right once', async (t) => {
	const stage = await start(t);
	setWeights(stage.store, 'kubectl-edit', [1, 9]);
	await stage.clock.advance(minute);
	t.deepEqual([stage.fleet.weights(0), stage.patched.length], [[1, 0], 1]);
});

test('F-100 a backend list that somebody reorders and extends is planned on anew, and kept', async (t) => {
	const stage = await start(t);
	const backends = [
		{ service: 'spare-0', weight: 0 },
		{ service: 'other', weight: 7 },
		{ service: 'web-0', weight: 1 },
	];
	const theirs = { spec: { backends } };
	stage.store.patch(split, 'application/merge-patch+json', theirs, { manager: 'kubectl-edit' });
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	const { spec } = stage.store.get(split) as { spec?: unknown };
	t.deepEqual(spec, {
		service: 'web-0',
		backends: [{ ...backends[0], weight: 1 }, backends[1], { ...backends[2], weight: 0 }],
	});
});

test('F-101 a list that names a backend twice is never written', async (t) => {
	const stage = await start(t);
	const backends = ['web-0', 'web-0', 'spare-0'].map((service) => ({ service, weight: 1 }));
	stage.store.patch(split, 'application/merge-patch+json', { spec: { backends } });
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	t.deepEqual(stage.patched, []);
	t.true(
		stage.notices.some((notice) => notice.kind === 'held' && notice.reasons[0]?.code === 'TargetInvalid'),
	);
});

test('F-099 a split that a Canary owns is refused, and left alone', async (t) => {
	const stage = await start(t);
	const ownerReferences = [
		{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', uid: 'u-of-canary' },
	];
	stage.store.patch(split, 'application/merge-patch+json', { metadata: { ownerReferences } });
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	t.deepEqual([stage.patched, stage.fleet.weights(0)], [[], [1, 0]]);
});

test('F-041 F-043 a split that is deleted while it should move is dropped without a failure', async (t) => {
	const stage = await start(t);
	stage.fleet.setReady(0, false);
	stage.store.delete(split);
	await stage.clock.advance(minute);
	t.deepEqual(
		stage.notices.filter(({ kind }) => kind === 'failed'),
		[],
	);
	t.throws(() => stage.store.get(split));
});

const owned = (policy: FailoverPolicy): FailoverPolicy => ({ ...policy, owned: { apex: 'web-0' } });

test('an owned split is made when its policy is adopted, moved, and made again when somebody deletes it', async (t) => {
	const stage = startReconciling(t);
	const fleet = createFleet(stage.store, 1);
	stage.store.delete(split);
	stage.apply(...fleet.policies.map(owned));
	await stage.clock.advance(1_000);
	t.deepEqual(fleet.weights(0), [1, 0]);
	fleet.setReady(0, false);
	await stage.clock.advance(1_000);
	t.deepEqual(fleet.weights(0), [0, 1]);
	stage.store.delete(split);
	await stage.clock.advance(1_000);
	t.deepEqual(fleet.weights(0), [0, 1]);
	setWeights(stage.store, 'kubectl-edit', [1, 0]);
	await stage.clock.advance(minute);
	t.deepEqual(fleet.weights(0), [0, 1]);
	fleet.setReady(0, true);
	await stage.clock.advance(minute);
	t.deepEqual(fleet.weights(0), [1, 0]);
	t.deepEqual(
		stage.notices.filter(({ kind }) => kind === 'failed' || kind === 'warned'),
		[],
	);
});

test('F-098 a split that somebody else made is not taken over by a policy that would own it', async (t) => {
	const stage = await start(t, owned);
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	t.deepEqual([stage.patched, stage.fleet.weights(0)], [[], [1, 0]]);
	t.true(stage.notices.some((notice) => notice.kind === 'held' && notice.reasons[0]?.code === 'TargetTaken'));
});

test('F-105 a policy whose primary is swapped while traffic is away keeps it where it is', async (t) => {
	const stage = await start(t);
	stage.fleet.setReady(0, false);
	await stage.clock.advance(1_000);
	t.deepEqual(stage.fleet.weights(0), [0, 1]);
	const swap = (policy: FailoverPolicy): FailoverPolicy => ({
		...policy,
		backends: policy.backends.map((backend) => ({ ...backend, tier: 1 - backend.tier })),
	});
	stage.apply(...stage.fleet.policies.map(swap));
	stage.fleet.setReady(0, true);
	await stage.clock.advance(10 * minute);
	t.deepEqual([stage.fleet.weights(0), stage.patched.length], [[0, 1], 1]);
});

test('F-104 F-106 SMV-07 a target that a policy names no more keeps its weights, one that is not there yet is waited for', async (t) => {
	const stage = await start(t);
	stage.fleet.setReady(0, false);
	await stage.clock.advance(1_000);
	const rename = (policy: FailoverPolicy): FailoverPolicy => ({
		...policy,
		target: { ...policy.target, name: 'web-renamed' },
	});
	stage.apply(...stage.fleet.policies.map(rename));
	stage.fleet.setReady(0, true);
	await stage.clock.advance(10 * minute);
	t.deepEqual([stage.fleet.weights(0), stage.patched.length], [[0, 1], 1]);
	const { spec } = stage.store.get(split) as { spec?: unknown };
	const { apiVersion, kind } = stage.store.get(split);
	const metadata = { name: 'web-renamed', namespace: 'shop' };
	stage.store.create(split, { apiVersion, kind, metadata, spec });
	await stage.clock.advance(minute);
	t.deepEqual(stage.patched, ['shop/web-0', 'shop/web-renamed']);
	stage.apply();
	stage.fleet.setReady(0, false);
	await stage.clock.advance(minute);
	t.is(stage.patched.length, 2);
});

for (const [kind, group, plural, version] of [
	['HTTPRoute', 'gateway.networking.k8s.io', 'httproutes', 'v1'],
	['GRPCRoute', 'gateway.networking.k8s.io', 'grpcroutes', 'v1'],
	['HTTPRoute', 'policy.linkerd.io', 'httproutes', 'v1beta3'],
] as const) {
	test(`a ${kind} of ${group} is moved in the rules that name every backend, and read back`, async (t) => {
		const stage = startReconciling(t);
		const fleet = createFleet(stage.store, 1);
		const key = { group, plural, namespace: 'shop', name: 'web-0' };
		const rules = [
			{
				backendRefs: [
					{ name: 'web-0', port: 80 },
					{ name: 'spare-0', port: 80, weight: 0 },
				],
			},
			{ backendRefs: [{ name: 'web-0', port: 80 }] },
		];
		const parentRefs = [{ group: 'core', kind: 'Service', name: 'web-0', port: 80 }];
		const metadata = { name: 'web-0', namespace: 'shop' };
		stage.store.create(key, {
			apiVersion: `${group}/${version}`,
			kind,
			metadata,
			spec: { parentRefs, rules },
		});
		const target = { kind, ...(group === 'policy.linkerd.io' ? { group } : {}) };
		stage.apply(...fleet.policies.map((policy) => ({ ...policy, target: { ...policy.target, ...target } })));
		await stage.clock.advance(1_000);
		fleet.setReady(0, false);
		await stage.clock.advance(1_000);
		const { spec } = stage.store.get(key) as unknown as {
			spec: { rules: { backendRefs: { weight?: number }[] }[] };
		};
		t.deepEqual(
			spec.rules.map(({ backendRefs }) => backendRefs.map(({ weight }) => weight ?? 1)),
			[[0, 1], [1]],
		);
		t.is(stage.notices.filter((notice) => notice.kind === 'converged').length, 1);
	});
}
