import test from 'ava';
import type { Cluster, KubernetesObject } from '../../src/model/ports/cluster.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import { createMemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { clusterContract } from '../contract/cluster.ts';
import { aSplit, createObjects } from '../support/kubernetes-objects.ts';
import {
	failedOver,
	replaceWeight,
	splits,
	startSplitCluster,
	target,
	watchSplits,
	weightOf,
} from '../support/split-cluster.ts';
import { actOnStore } from '../support/store-side.ts';

const never = new AbortController().signal;

clusterContract('in memory', () => {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	const cluster = createMemoryCluster({ name: 'east', store, clock });
	return Promise.resolve({
		cluster,
		...actOnStore(store),
		cutWatches(meanwhile) {
			cluster.faults.inject({ kind: 'cut-watches' });
			return meanwhile();
		},
		proveLife: () => clock.advance(10_000),
	});
});

test('reflects first a list and then every change, in order', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1']);
	world.setWeight(0);
	world.setWeight(2);
	createObjects(world.store, aSplit({ metadata: { name: 'web-svc' } }));
	world.store.delete(world.key);
	t.deepEqual(news(), [], 'nothing before the writes have returned');
	await world.clock.advance(0);
	t.deepEqual(news(), [
		'applied emoji-svc=0',
		'applied emoji-svc=2',
		'applied web-svc=1',
		'deleted emoji-svc',
	]);
});

test('an idle watch proves life every 10 s', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	await world.clock.advance(9_999);
	t.deepEqual(news(), ['reset emoji-svc=1']);
	await world.clock.advance(1);
	t.deepEqual(news(), ['alive']);
	await world.clock.advance(60_000);
	t.is(news().length, 6);
});

test('tells nothing before the call has returned, and nothing once aborted', async (t) => {
	const world = startSplitCluster();
	const { stop, run, news } = watchSplits(t, world.cluster);
	t.deepEqual(news(), []);
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1']);
	stop.abort();
	world.setWeight(0);
	await run;
	await world.clock.advance(60_000);
	t.deepEqual(news(), []);
});

test('an object that cannot be decoded is a problem of its own, and is gone from the others', async (t) => {
	const world = startSplitCluster();
	const picky = (object: KubernetesObject) => {
		if (weightOf(object) === 13) throw new Error('unlucky');
		return weightOf(object);
	};
	createObjects(world.store, aSplit({ metadata: { name: 'web-svc' }, backends: { web: 13 } }));
	const { news } = watchSplits(t, world.cluster, { decode: picky });
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1', 'E_OBJECT_INVALID']);
	world.setWeight(13);
	await world.clock.advance(0);
	t.deepEqual(news(), ['E_OBJECT_INVALID', 'deleted emoji-svc']);
	world.setWeight(1);
	await world.clock.advance(0);
	t.deepEqual(news(), ['applied emoji-svc=1']);
});

test('objects come in the version that was asked for, not the one they are stored in', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster, { decode: ({ apiVersion }) => apiVersion });
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=split.smi-spec.io/v1alpha2']);
	t.is((await world.cluster.read(target, never))?.apiVersion, 'split.smi-spec.io/v1alpha2');
	t.is(world.store.get(world.key).apiVersion, 'split.smi-spec.io/v1alpha1');
});

test('a type that the cluster does not serve is a problem, told until it is served', async (t) => {
	const world = startSplitCluster();
	const old = { ...splits, versions: ['v1alpha4'] };
	const { news } = watchSplits(t, world.cluster, { resource: old });
	await world.clock.advance(0);
	t.deepEqual(news(), ['E_CRD_MISSING']);
	await world.clock.advance(20_000);
	t.deepEqual(news(), ['E_CRD_MISSING', 'E_CRD_MISSING']);
});

test('an optional type that is not served is empty, told once, then proves life until it is served', async (t) => {
	const world = startSplitCluster();
	world.store.setServed(splits, []);
	const { news } = watchSplits(t, world.cluster, { optional: true });
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset']);
	await world.clock.advance(20_000);
	t.deepEqual(news(), ['alive', 'alive']);
	world.store.setServed(splits, ['v1alpha1']);
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1']);
	world.store.setServed(splits, []);
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset']);
});

test('every Event becomes an object beside its target, two of the same instant as well', async (t) => {
	const { cluster, store } = startSplitCluster();
	await cluster.createEvent(failedOver, never);
	await cluster.createEvent(failedOver, never);
	const { items } = store.list({ group: '', plural: 'events', namespace: 'emojivoto' });
	t.is(items.length, 2);
	t.like(items[0], {
		involvedObject: { kind: 'TrafficSplit', name: 'emoji-svc', namespace: 'emojivoto', uid: 'uid-of-it' },
		type: 'Normal',
		reason: 'FailedOver',
		message: 'emoji-svc 0, emoji-svc-west 1',
		firstTimestamp: '2025-06-15T15:06:40.000Z',
	});
});

test('an Event that the cluster refuses is a problem', async (t) => {
	const { cluster } = startSplitCluster();
	const homeless = { ...failedOver, regarding: { ...failedOver.regarding, namespace: 'nowhere' } };
	const error = await t.throwsAsync(cluster.createEvent(homeless, never), { instanceOf: ProblemError });
	t.is(error.problem.code, 'E_WRITE_REFUSED');
});

for (const [name, call] of Object.entries<(cluster: Cluster, signal: AbortSignal) => Promise<unknown>>({
	read: (cluster, signal) => cluster.read(target, signal),
	patch: (cluster, signal) => cluster.patch({ ...target, version: 'v1alpha2' }, [replaceWeight(0)], signal),
	createEvent: (cluster, signal) => cluster.createEvent(failedOver, signal),
})) {
	test(`${name} throws the reason of an aborted signal, and does nothing`, async (t) => {
		const { cluster, store } = startSplitCluster();
		const before = store.resourceVersion();
		await t.throwsAsync(call(cluster, AbortSignal.abort(new Error('enough'))), { message: 'enough' });
		t.is(store.resourceVersion(), before);
	});
}
