import test, { type ExecutionContext } from 'ava';
import type { KubernetesObject } from '../../../src/model/ports/cluster.ts';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { runDeployments } from '../../../src/simulator/world/deployments.ts';
import { countReady, endpointsOf, slicesOf } from '../../support/endpoint-slices.ts';
import { aDeployment, aNamespace, aService, createObjects } from '../../support/kubernetes-objects.ts';

/** A cluster whose pods take `startup` to become ready. */
function startCluster(t: ExecutionContext, startup = 0) {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace());
	const stop = new AbortController();
	const run = runDeployments(store, clock, { startup }, stop.signal);
	t.teardown(() => stop.abort());
	return { clock, store, stop, run };
}

function scale(store: ObjectStore, replicas: number): void {
	const key = { group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' };
	store.patch(key, 'application/merge-patch+json', { spec: { replicas } });
}

function readDeployment(store: ObjectStore): KubernetesObject {
	return store.get({ group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' });
}

test('a Service gets one slice with an endpoint for every replica behind it', async (t) => {
	const { clock, store } = startCluster(t);
	const [service] = createObjects(store, aService(), aDeployment({ replicas: 2 }));
	await clock.advance(0);
	const [slice, ...others] = slicesOf(store);
	t.deepEqual(others, []);
	t.regex(slice?.metadata.name ?? '', /^emoji-svc-[0-9a-z]{5}$/);
	t.like(slice, {
		addressType: 'IPv4',
		metadata: {
			labels: {
				'kubernetes.io/service-name': 'emoji-svc',
				'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
			},
			ownerReferences: [{ kind: 'Service', name: 'emoji-svc', uid: service?.metadata.uid }],
		},
		ports: [
			{ name: 'grpc', port: 8080, protocol: 'TCP' },
			{ name: 'prom', port: 8801, protocol: 'TCP' },
		],
	});
	t.is(slice?.endpoints?.length, 2);
	for (const { conditions, targetRef } of slice?.endpoints ?? []) {
		t.deepEqual(conditions, { ready: true, serving: true, terminating: false });
		t.like(targetRef, { kind: 'Pod', namespace: 'emojivoto' });
	}
	const identities = (slice?.endpoints ?? []).flatMap(({ addresses, targetRef }) => [
		...addresses,
		targetRef?.uid,
		targetRef?.name,
	]);
	t.is(new Set(identities).size, 6, 'two pods never share an address, uid or name');
});

test('what is there when the cluster starts is run as well', async (t) => {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace(), aService(), aDeployment());
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	void runDeployments(store, clock, {}, stop.signal);
	await clock.advance(0);
	t.is(countReady(store), 1, 'replicas defaults to 1');
});

test('an emptied slice stays, its lists null', async (t) => {
	const { clock, store } = startCluster(t, 3_000);
	createObjects(store, aService(), aDeployment({ replicas: 2 }));
	await clock.advance(3_000);
	const [before] = slicesOf(store);
	scale(store, 0);
	await clock.advance(0);
	const [after] = slicesOf(store);
	t.is(before?.endpoints?.length, 2);
	t.is(after?.metadata.uid, before?.metadata.uid);
	t.is(after?.endpoints, null);
	t.is(after?.ports, null);
});

test('new pods are listed at once and ready after their startup, while the old ones stay ready', async (t) => {
	const { clock, store } = startCluster(t, 3_000);
	createObjects(store, aService(), aDeployment({ replicas: 1 }));
	await clock.advance(3_000);
	const veterans = endpointsOf(store);
	t.is(countReady(store), 1);
	scale(store, 3);
	await clock.advance(2_999);
	t.is(endpointsOf(store).length, 3);
	t.deepEqual(
		endpointsOf(store).filter(({ conditions }) => conditions?.ready === true),
		veterans,
	);
	await clock.advance(1);
	t.is(countReady(store), 3);
});

test('scaling down keeps the oldest pods', async (t) => {
	const { clock, store } = startCluster(t);
	createObjects(store, aService(), aDeployment({ replicas: 3 }));
	await clock.advance(0);
	const before = endpointsOf(store);
	scale(store, 1);
	await clock.advance(0);
	t.deepEqual(endpointsOf(store), before.slice(0, 1));
});

test('the status of a Deployment follows its pods', async (t) => {
	const { clock, store } = startCluster(t, 3_000);
	createObjects(store, aDeployment({ replicas: 2 }));
	await clock.advance(0);
	t.like(readDeployment(store), { status: { replicas: 2, readyReplicas: 0, availableReplicas: 0 } });
	await clock.advance(3_000);
	t.like(readDeployment(store), { status: { replicas: 2, readyReplicas: 2, availableReplicas: 2 } });
	scale(store, 0);
	await clock.advance(0);
	t.like(readDeployment(store), { status: { observedGeneration: 2, replicas: 0, readyReplicas: 0 } });
});

test('comes to rest: without news nothing is written', async (t) => {
	const { clock, store } = startCluster(t, 3_000);
	createObjects(store, aService(), aDeployment({ replicas: 2 }));
	await clock.advance(10_000);
	const before = store.resourceVersion();
	await clock.advance(3_600_000);
	t.is(store.resourceVersion(), before);
});

test('a Service counts the pods of every Deployment of its namespace that it selects, and no others', async (t) => {
	const { clock, store } = startCluster(t);
	createObjects(
		store,
		aNamespace('elsewhere'),
		aService(),
		aDeployment({ replicas: 2 }),
		aDeployment({ metadata: { name: 'emoji-canary' }, replicas: 1 }),
		aDeployment({ metadata: { name: 'web' }, app: 'web-svc', replicas: 4 }),
		aDeployment({ metadata: { name: 'emoji', namespace: 'elsewhere' }, replicas: 8 }),
	);
	await clock.advance(0);
	t.is(countReady(store), 3);
});

test('a Service without selector gets no slice, one that selects nothing an empty one', async (t) => {
	const { clock, store } = startCluster(t);
	createObjects(
		store,
		aService({ metadata: { name: 'apex' }, spec: { selector: undefined } }),
		aService({ metadata: { name: 'lonely' }, spec: { selector: { app: 'nobody' } } }),
		aDeployment(),
	);
	await clock.advance(0);
	t.deepEqual(slicesOf(store, 'apex'), []);
	t.deepEqual(
		slicesOf(store, 'lonely').map(({ endpoints }) => endpoints),
		[null],
	);
});

test('the slice goes with its Service, the endpoints go with their Deployment', async (t) => {
	const { clock, store } = startCluster(t);
	createObjects(
		store,
		aService(),
		aService({ metadata: { name: 'emoji-copy' } }),
		aDeployment({ replicas: 2 }),
	);
	await clock.advance(0);
	store.delete({ group: '', plural: 'services', namespace: 'emojivoto', name: 'emoji-copy' });
	await clock.advance(0);
	t.deepEqual(slicesOf(store, 'emoji-copy'), []);
	t.is(countReady(store), 2);
	store.delete({ group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' });
	await clock.advance(0);
	t.deepEqual(
		slicesOf(store).map(({ endpoints }) => endpoints),
		[null],
	);
});

test('a Deployment created anew starts with new pods', async (t) => {
	const { clock, store } = startCluster(t);
	createObjects(store, aService(), aDeployment());
	await clock.advance(0);
	const [before] = endpointsOf(store);
	store.delete({ group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' });
	createObjects(store, aDeployment());
	await clock.advance(0);
	const [after] = endpointsOf(store);
	t.is(countReady(store), 1);
	t.not(after?.targetRef?.uid, before?.targetRef?.uid);
});

test('an endpoint listens where the Service sends to', async (t) => {
	const { clock, store } = startCluster(t);
	const ports = [{ port: 80, targetPort: 8080, protocol: 'TCP' }];
	createObjects(store, aService({ spec: { ports } }), aDeployment());
	await clock.advance(0);
	t.deepEqual(slicesOf(store)[0]?.ports, [{ port: 8080, protocol: 'TCP' }]);
});

test('slices of other controllers are left alone', async (t) => {
	const { clock, store } = startCluster(t);
	const slice = {
		metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'apex' } },
		addressType: 'IPv4',
	};
	store.create({ group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'emojivoto' }, slice);
	createObjects(store, aService(), aDeployment());
	await clock.advance(0);
	t.is(slicesOf(store, 'apex').length, 1);
});

test('once aborted it ends and follows no more', async (t) => {
	const { clock, store, stop, run } = startCluster(t);
	createObjects(store, aService(), aDeployment());
	await clock.advance(0);
	stop.abort();
	await run;
	scale(store, 5);
	await clock.advance(0);
	t.is(countReady(store), 1);
});
