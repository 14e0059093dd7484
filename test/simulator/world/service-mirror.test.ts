import test, { type ExecutionContext } from 'ava';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { findObject } from '../../../src/simulator/world/apply.ts';
import { createGateway } from '../../../src/simulator/world/gateway.ts';
import { runServiceMirror } from '../../../src/simulator/world/service-mirror.ts';
import { countReady, endpointsOf, slicesOf } from '../../support/endpoint-slices.ts';
import { aNamespace, anEndpointSlice, aService, createObjects } from '../../support/kubernetes-objects.ts';

const exported = aService({ metadata: { labels: { 'mirror.linkerd.io/exported': 'true' } } });

/** East, with mirrors of what west exports. */
function linkClusters(t: ExecutionContext) {
	const clock = createVirtualClock();
	const [east, west] = [createObjectStore(clock), createObjectStore(clock)];
	createObjects(west, aNamespace());
	createObjects(east, aNamespace());
	const gateway = createGateway('172.18.0.20');
	const stop = new AbortController();
	const link = { local: east, remote: west, clusterName: 'west', gateway };
	const run = runServiceMirror(link, clock, stop.signal);
	t.teardown(() => stop.abort());
	return { clock, east, west, gateway, stop, run };
}

function serviceKey(name: string) {
	return { group: '', plural: 'services', namespace: 'emojivoto', name };
}

/** Lets west's emoji-svc have these endpoints. */
function setEndpoints(west: ObjectStore, ready: readonly boolean[]): void {
	const slice = anEndpointSlice({ ready });
	const key = {
		group: 'discovery.k8s.io',
		plural: 'endpointslices',
		namespace: 'emojivoto',
		name: slice.metadata.name,
	};
	if (findObject(west, key) === undefined) createObjects(west, slice);
	else west.update(key, slice);
}

test('an exported Service is mirrored with the labels and annotations that Linkerd gives it', async (t) => {
	const { clock, east, west } = linkClusters(t);
	const [remote] = createObjects(west, exported, anEndpointSlice());
	await clock.advance(0);
	const mirror = east.get(serviceKey('emoji-svc-west'));
	t.deepEqual(mirror.metadata.labels, {
		'mirror.linkerd.io/mirrored-service': 'true',
		'mirror.linkerd.io/cluster-name': 'west',
	});
	t.deepEqual(mirror.metadata.annotations, {
		'mirror.linkerd.io/remote-svc-fq-name': 'emoji-svc.emojivoto.svc.cluster.local',
		'mirror.linkerd.io/remote-resource-version': remote?.metadata.resourceVersion,
	});
	const { ports } = exported['spec'] as { ports: unknown };
	t.deepEqual(mirror['spec'], { type: 'ClusterIP', ports }, 'no selector');
});

test('its slice holds the gateway alone, however many pods there are', async (t) => {
	const { clock, east, west } = linkClusters(t);
	createObjects(west, exported, anEndpointSlice({ ready: [true, false, true, true] }));
	await clock.advance(0);
	const [slice, ...others] = slicesOf(east, 'emoji-svc-west');
	t.deepEqual(others, []);
	t.deepEqual(slice?.metadata.labels, {
		'kubernetes.io/service-name': 'emoji-svc-west',
		'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
		'mirror.linkerd.io/mirrored-service': 'true',
		'mirror.linkerd.io/cluster-name': 'west',
	});
	t.deepEqual(Object.keys(slice?.metadata.annotations ?? {}), ['mirror.linkerd.io/remote-gateway-identity']);
	t.deepEqual(slice?.endpoints, [{ addresses: ['172.18.0.20'], conditions: { ready: true } }]);
	t.deepEqual(slice?.ports, [
		{ name: 'grpc', port: 4143, protocol: 'TCP' },
		{ name: 'prom', port: 4143, protocol: 'TCP' },
	]);
});

const remoteEndpoints: readonly { ready: readonly boolean[] | 'no slice'; mirrored: number | undefined }[] = [
	{ ready: 'no slice', mirrored: undefined },
	{ ready: [], mirrored: undefined },
	{ ready: [false, false], mirrored: undefined },
	{ ready: [false, true], mirrored: 1 },
];

for (const { ready, mirrored } of remoteEndpoints) {
	const has = mirrored === undefined ? 'no slice' : 'a slice';
	test(`remote endpoints ${JSON.stringify(ready)} give the mirror ${has}`, async (t) => {
		const { clock, east, west } = linkClusters(t);
		createObjects(west, exported);
		if (ready !== 'no slice') setEndpoints(west, ready);
		await clock.advance(0);
		t.truthy(findObject(east, serviceKey('emoji-svc-west')));
		t.is(countReady(east, 'emoji-svc-west'), mirrored);
	});
}

test('an endpoint that does not say whether it is ready counts as ready', async (t) => {
	const { clock, east, west } = linkClusters(t);
	createObjects(west, exported, { ...anEndpointSlice(), endpoints: [{ addresses: ['10.1.0.1'] }] });
	await clock.advance(0);
	t.is(countReady(east, 'emoji-svc-west'), 1);
});

test('the slice goes with the last ready endpoint and comes back with the first', async (t) => {
	const { clock, east, west } = linkClusters(t);
	createObjects(west, exported);
	const seen: (number | undefined)[] = [];
	for (const ready of [[true], [], [true], [false]]) {
		setEndpoints(west, ready);
		await clock.advance(0);
		seen.push(countReady(east, 'emoji-svc-west'));
	}
	t.deepEqual(seen, [1, undefined, 1, undefined]);
});

test('a dead gateway leaves its address in the slice, not ready, until it lives again', async (t) => {
	const { clock, east, west, gateway } = linkClusters(t);
	createObjects(west, exported, anEndpointSlice());
	await clock.advance(0);
	gateway.set(false);
	await clock.advance(0);
	t.deepEqual(endpointsOf(east, 'emoji-svc-west'), [
		{ addresses: ['172.18.0.20'], conditions: { ready: false } },
	]);
	gateway.set(true);
	await clock.advance(0);
	t.is(countReady(east, 'emoji-svc-west'), 1);
});

test('only what is labelled as exported is mirrored, and unexporting takes the mirror away', async (t) => {
	const { clock, east, west } = linkClusters(t);
	createObjects(west, exported, anEndpointSlice(), aService({ metadata: { name: 'voting-svc' } }));
	await clock.advance(0);
	t.is(findObject(east, serviceKey('voting-svc-west')), undefined);
	west.patch(serviceKey('emoji-svc'), 'application/merge-patch+json', { metadata: { labels: null } });
	await clock.advance(0);
	t.is(findObject(east, serviceKey('emoji-svc-west')), undefined);
	t.deepEqual(slicesOf(east, 'emoji-svc-west'), []);
});

test('mirrors of other clusters and local Services stay as they are', async (t) => {
	const { clock, east, west, stop } = linkClusters(t);
	const central = createObjectStore(clock);
	createObjects(central, aNamespace(), exported, anEndpointSlice());
	const gateway = createGateway('172.18.0.30');
	const link = { local: east, remote: central, clusterName: 'central', gateway };
	void runServiceMirror(link, clock, stop.signal);
	createObjects(east, aService(), anEndpointSlice({ ready: [true, true] }));
	createObjects(west, exported, anEndpointSlice());
	await clock.advance(0);
	west.delete(serviceKey('emoji-svc'));
	await clock.advance(0);
	t.is(countReady(east, 'emoji-svc-west'), undefined);
	t.is(countReady(east, 'emoji-svc-central'), 1);
	t.is(countReady(east, 'emoji-svc'), 2);
});

test('a namespace that is missing here is left out until it exists', async (t) => {
	const { clock, east, west } = linkClusters(t);
	const shop = { namespace: 'shop', name: 'cart', labels: exported.metadata.labels ?? {} };
	createObjects(west, aNamespace('shop'), aService({ metadata: shop }));
	await clock.advance(0);
	t.deepEqual(
		east.list({ group: '', plural: 'services' }).items.map(({ metadata }) => metadata.name),
		[],
	);
	createObjects(east, aNamespace('shop'));
	await clock.advance(60_000);
	t.truthy(findObject(east, { ...serviceKey('cart-west'), namespace: 'shop' }));
});

test('comes to rest: without news nothing is written', async (t) => {
	const { clock, east, west } = linkClusters(t);
	createObjects(west, exported, anEndpointSlice());
	await clock.advance(0);
	const before = [east.resourceVersion(), west.resourceVersion()];
	await clock.advance(3_600_000);
	t.deepEqual([east.resourceVersion(), west.resourceVersion()], before);
});

test('once aborted it ends and follows no more', async (t) => {
	const { clock, east, west, stop, run } = linkClusters(t);
	stop.abort();
	await run;
	createObjects(west, exported);
	await clock.advance(120_000);
	t.is(findObject(east, serviceKey('emoji-svc-west')), undefined);
});

test('its Lease is renewed every two seconds as long as it runs, and ages from then on', async (t) => {
	const { clock, east, west, gateway } = linkClusters(t);
	const stop = new AbortController();
	const link = { local: east, remote: west, clusterName: 'central', gateway, lease: true };
	const run = runServiceMirror(link, clock, stop.signal);
	const renewed = () => {
		const key = { group: 'coordination.k8s.io', plural: 'leases', namespace: 'linkerd-multicluster' };
		const { renewTime } = east.get({ ...key, name: 'service-mirror-write-central' })['spec'] as Spec;
		return clock.now() - Date.parse(renewTime);
	};
	await clock.advance(5_000);
	t.is(renewed(), 1_000);
	stop.abort();
	await run;
	await clock.advance(60_000);
	t.is(renewed(), 61_000);
});

interface Spec {
	readonly renewTime: string;
}
