// linkerd-failover's own acceptance tests, on its own manifests, played by the real loop.
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { parseAllDocuments } from 'yaml';
import { followLabelledSplits } from '../../src/observe/labelled-source.ts';
import { mergePolicies } from '../../src/observe/merge-policies.ts';
import {
	aNamespace,
	anEndpointSlice,
	aService,
	createObjects,
	type NewObject,
} from '../support/kubernetes-objects.ts';
import { type Reconciling, startReconciling } from '../support/reconciling.ts';

interface SplitManifest extends NewObject {
	readonly spec: { readonly backends: readonly { readonly service: string; readonly weight: number }[] };
}

/** A cluster with one of the known manifests, its Services, and Spillway in place of linkerd-failover. */
interface Compatibility {
	readonly loop: Reconciling;
	/** Ready pods of each backend, in the order of the split. */
	scale(...replicas: readonly number[]): Promise<void>;
	weights(): readonly unknown[];
	/** Starts Spillway, as often as one likes; what is returned stops it, and with it goes all it remembers. */
	start(): Promise<() => void>;
}

function readExample(name: string): SplitManifest {
	const file = new URL(`../../examples/linkerd-failover/${name}.yaml`, import.meta.url);
	const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
	return objects.find(({ kind }) => kind === 'TrafficSplit');
}

function startCompatibility(t: ExecutionContext, name: string): Compatibility {
	const loop = startReconciling(t);
	const { clock, store, cluster } = loop;
	const split = readExample(name);
	const { namespace = '' } = split.metadata;
	const services = split.spec.backends.map(({ service }) => service);
	const sliceOf = (service: string, ready: number): NewObject =>
		anEndpointSlice({
			metadata: { name: service, namespace, labels: { 'kubernetes.io/service-name': service } },
			service,
			ready: Array.from({ length: ready }, () => true),
		});
	if (namespace !== 'default') createObjects(store, aNamespace(namespace));
	for (const service of services) {
		createObjects(store, aService({ metadata: { name: service, namespace } }), sliceOf(service, 1));
	}
	createObjects(store, split);
	const slices = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace };
	const key = { group: 'split.smi-spec.io', plural: 'trafficsplits', namespace, name: split.metadata.name };
	return {
		loop,
		async scale(...replicas) {
			for (const [index, service] of services.entries()) {
				store.update({ ...slices, name: service }, sliceOf(service, replicas[index] ?? 0));
			}
			await clock.advance(1_000);
		},
		weights: () => {
			const { spec } = store.get(key) as unknown as SplitManifest;
			return spec.backends.map(({ weight }) => weight);
		},
		async start() {
			const life = new AbortController();
			t.teardown(() => life.abort());
			const onPolicies: Parameters<typeof followLabelledSplits>[0]['onPolicies'] = (policies) =>
				loop.apply(...mergePolicies([], policies));
			void followLabelledSplits({ cluster, clock, onPolicies, onProblem: t.log }, life.signal);
			await clock.advance(1_000);
			return () => {
				life.abort();
				loop.apply();
			};
		},
	};
}

test('the workshop: traffic goes to west while emoji is scaled to 0, and comes back', async (t) => {
	const { start, scale, weights, loop } = startCompatibility(t, 'workshop');
	await start();
	t.deepEqual([weights(), loop.patched], [[1, 0], []]);
	await scale(0, 1);
	t.deepEqual(weights(), [0, 1]);
	await scale(1, 1);
	t.deepEqual([weights(), loop.patched.length], [[1, 0], 2]);
});

test('the page of the documentation: the same with a split of another name', async (t) => {
	const { start, scale, weights } = startCompatibility(t, 'docs');
	await start();
	await scale(0, 1);
	t.deepEqual(weights(), [0, 1]);
	await scale(1, 1);
	t.deepEqual(weights(), [1, 0]);
});

test('the integration test: who answers, by the replicas of west, central and east', async (t) => {
	const { start, scale, weights, loop } = startCompatibility(t, 'podinfo');
	await start();
	const matrix = [
		{ replicas: [1, 1, 1], answering: [1, 0, 0] },
		{ replicas: [0, 1, 1], answering: [0, 1, 1] },
		{ replicas: [0, 0, 1], answering: [0, 0, 1] },
		{ replicas: [1, 0, 1], answering: [1, 0, 0] },
	];
	for (const { replicas, answering } of matrix) {
		await scale(...replicas);
		t.deepEqual(weights(), answering, replicas.join('/'));
	}
	t.is(loop.patched.length, 3);
	await scale(0, 0, 0);
	t.deepEqual([weights(), loop.patched.length], [[1, 0, 0], 3]);
});

test('the slides: every one of the four others that is ready takes part', async (t) => {
	const { start, scale, weights } = startCompatibility(t, 'slides');
	await start();
	await scale(0, 1, 1, 1, 1);
	t.deepEqual(weights(), [0, 1, 1, 1, 1]);
	await scale(0, 0, 1, 1, 0);
	t.deepEqual(weights(), [0, 0, 1, 1, 0]);
});

test('a start and a restart on a healthy cluster write nothing', async (t) => {
	const { start, loop } = startCompatibility(t, 'podinfo');
	const stop = await start();
	stop();
	await start();
	await loop.clock.advance(60_000);
	t.deepEqual(loop.patched, []);
});

test('a restart while traffic is away finds it right, and goes on from there', async (t) => {
	const { start, scale, weights, loop } = startCompatibility(t, 'podinfo');
	const stop = await start();
	await scale(0, 1, 1);
	stop();
	await start();
	t.deepEqual([weights(), loop.patched.length], [[0, 1, 1], 1]);
	await scale(1, 1, 1);
	t.deepEqual(weights(), [1, 0, 0]);
});
