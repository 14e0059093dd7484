import test, { type ExecutionContext } from 'ava';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { findObject } from '../../../src/simulator/world/apply.ts';
import { createSmiAdaptor } from '../../../src/simulator/world/smi-adaptor.ts';
import { aNamespace, aSplit, createObjects, type NewObject } from '../../support/kubernetes-objects.ts';

const splitKey = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};
const profileName = 'emoji-svc.emojivoto.svc.cluster.local';

interface Spec {
	readonly dstOverrides?: readonly { readonly authority: string; readonly weight: unknown }[];
}

function startAdaptor(t: ExecutionContext, ...objects: readonly NewObject[]) {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace(), ...objects);
	const adaptor = createSmiAdaptor({ store, clock });
	const stop = new AbortController();
	const run = adaptor.run(stop.signal);
	t.teardown(() => stop.abort());
	const profile = (name = profileName) =>
		findObject(store, { group: 'linkerd.io', plural: 'serviceprofiles', namespace: 'emojivoto', name });
	/** Weights by backend; `undefined` where there are no overrides. */
	const overrides = (name?: string) => {
		const spec = profile(name)?.['spec'] as Spec | undefined;
		return spec?.dstOverrides?.map(({ authority, weight }) => [authority.split('.')[0], weight]);
	};
	const setWeights = (...weights: readonly (number | string)[]) => {
		const [first, second] = weights;
		const backends = [
			{ service: 'emoji-svc', weight: first },
			{ service: 'emoji-svc-west', weight: second },
		];
		store.patch(splitKey, 'application/merge-patch+json', { spec: { backends } });
	};
	return { clock, store, adaptor, stop, run, profile, overrides, setWeights };
}

test('a split becomes a ServiceProfile of its apex, in order, zero weights included', async (t) => {
	const { clock, profile } = startAdaptor(t, aSplit());
	await clock.advance(0);
	t.deepEqual(profile()?.['spec'], {
		dstOverrides: [
			{ authority: 'emoji-svc.emojivoto.svc.cluster.local', weight: 1 },
			{ authority: 'emoji-svc-west.emojivoto.svc.cluster.local', weight: 0 },
		],
	});
});

test('every change of the weights is followed, Quantities as they are written', async (t) => {
	const { clock, overrides, setWeights } = startAdaptor(t, aSplit({ version: 'v1alpha1' }));
	await clock.advance(0);
	setWeights(0, 1);
	await clock.advance(0);
	t.deepEqual(overrides(), [
		['emoji-svc', 0],
		['emoji-svc-west', 1],
	]);
	setWeights('500m', '1');
	await clock.advance(0);
	t.deepEqual(overrides(), [
		['emoji-svc', '500m'],
		['emoji-svc-west', '1'],
	]);
});

test('of a profile that exists it replaces the overrides and nothing else', async (t) => {
	const routes = [{ name: 'GET /', condition: { method: 'GET' } }];
	const { clock, profile, overrides } = startAdaptor(t, aProfile({ spec: { routes } }), aSplit());
	await clock.advance(0);
	t.like(profile()?.['spec'], { routes });
	t.is(overrides()?.length, 2);
});

test('an annotated profile is left alone', async (t) => {
	const annotations = { 'smi.linkerd.io/skip': 'true' };
	const { clock, overrides } = startAdaptor(t, aProfile({ metadata: { annotations } }), aSplit());
	await clock.advance(0);
	t.is(overrides(), undefined);
});

test('a split that is deleted takes the overrides with it, and leaves the profile', async (t) => {
	const { clock, store, profile, overrides } = startAdaptor(t, aSplit());
	await clock.advance(0);
	store.delete(splitKey);
	await clock.advance(0);
	t.truthy(profile());
	t.is(overrides(), undefined);
});

test('a new apex gets a profile; that of the old one keeps its overrides', async (t) => {
	const { clock, store, overrides } = startAdaptor(t, aSplit());
	await clock.advance(0);
	store.patch(splitKey, 'application/merge-patch+json', { spec: { service: 'web-svc' } });
	await clock.advance(0);
	t.is(overrides('web-svc.emojivoto.svc.cluster.local')?.length, 2);
	t.is(overrides()?.length, 2);
});

test('while it is stalled nothing is written; then it catches up', async (t) => {
	const { clock, adaptor, overrides, setWeights } = startAdaptor(t, aSplit());
	await clock.advance(0);
	adaptor.stall();
	setWeights(0, 1);
	await clock.advance(3_600_000);
	t.deepEqual(overrides()?.[0], ['emoji-svc', 1]);
	adaptor.resume();
	await clock.advance(0);
	t.deepEqual(overrides()?.[0], ['emoji-svc', 0]);
});

test('every ten minutes all splits are written again', async (t) => {
	const { clock, store, overrides } = startAdaptor(t, aSplit());
	await clock.advance(0);
	const key = { group: 'linkerd.io', plural: 'serviceprofiles', namespace: 'emojivoto', name: profileName };
	store.patch(key, 'application/merge-patch+json', { spec: { dstOverrides: null } });
	await clock.advance(599_999);
	t.is(overrides(), undefined);
	await clock.advance(1);
	t.is(overrides()?.length, 2);
});

test('once aborted it ends and follows no more', async (t) => {
	const { clock, store, stop, run, profile } = startAdaptor(t);
	await clock.advance(0);
	stop.abort();
	await run;
	createObjects(store, aSplit());
	await clock.advance(1_000_000);
	t.is(profile(), undefined);
});

function aProfile({ metadata, spec = {} }: { metadata?: object; spec?: object }): NewObject {
	return {
		apiVersion: 'linkerd.io/v1alpha2',
		kind: 'ServiceProfile',
		metadata: { name: profileName, namespace: 'emojivoto', ...metadata },
		spec,
	};
}
