import test, { type ExecutionContext } from 'ava';
import type { Cluster } from '../../src/model/ports/cluster.ts';
import { type Problem, ProblemError, problem } from '../../src/model/problem.ts';
import { createClusterSources } from '../../src/observe/cluster-sources.ts';
import type { Input } from '../../src/observe/collections.ts';
import { aService, createObjects } from '../support/kubernetes-objects.ts';
import { startSplitCluster } from '../support/split-cluster.ts';

const inputs: readonly Input[] = [
	{ cluster: 'east', namespace: 'emojivoto', kind: 'splits' },
	{ cluster: 'east', namespace: 'emojivoto', kind: 'services' },
];

interface Seen extends Input {
	readonly at: number;
	readonly change: { readonly kind: string };
}

interface Play {
	/** How the next looks for the cluster end, before it is found. */
	readonly failures?: readonly Error[];
	/** Takes the place of the cluster, which it is given. */
	readonly wrap?: (cluster: Cluster) => Cluster;
}

function startSources(t: ExecutionContext, { failures = [], wrap = (same) => same }: Play = {}) {
	const { clock, store, cluster } = startSplitCluster();
	const left = [...failures];
	const seen: Seen[] = [];
	const problems: Problem[] = [];
	let searches = 0;
	const findCluster = (): Promise<Cluster> => {
		searches += 1;
		const failure = left.shift();
		return failure === undefined ? Promise.resolve(wrap(cluster)) : Promise.reject(failure);
	};
	const sources = createClusterSources({
		clock,
		random: () => 0,
		findCluster,
		onObservation: (input, change, at) => seen.push({ ...input, change, at }),
		onProblem: (found) => problems.push(found),
	});
	const life = new AbortController();
	t.teardown(() => life.abort());
	return { clock, store, cluster, sources, life, seen, problems, searches: () => searches };
}

test('each input is watched once, however often it is asked for', async (t) => {
	const { clock, sources, life, seen, searches } = startSources(t);
	sources.ensure(inputs, life.signal);
	sources.ensure(inputs, life.signal);
	await clock.advance(1);
	t.is(searches(), 2);
	t.deepEqual(
		seen.map(({ kind, change }) => [kind, change.kind]),
		[
			['splits', 'reset'],
			['services', 'reset'],
		],
	);
	t.true(
		seen.every(({ at, cluster, namespace }) => `${at} ${cluster}/${namespace}` === `${at} east/emojivoto`),
	);
});

test('an observation is dated when it is heard', async (t) => {
	const { clock, store, sources, life, seen } = startSources(t);
	sources.ensure(inputs, life.signal);
	await clock.advance(3_000);
	createObjects(store, aService());
	const now = clock.now();
	await clock.advance(0);
	t.like(seen.at(-1), { at: now, kind: 'services', change: { kind: 'applied' } });
});

test('what is retained goes on, everything else is stopped and named', async (t) => {
	const { clock, store, sources, life, seen } = startSources(t);
	sources.ensure(inputs, life.signal);
	await clock.advance(1);
	t.deepEqual(sources.retain(inputs.slice(0, 1)), inputs.slice(1));
	createObjects(store, aService());
	await clock.advance(20_000);
	t.deepEqual(new Set(seen.slice(2).map(({ kind }) => kind)), new Set(['splits']));
	sources.ensure(inputs, life.signal);
	await clock.advance(1);
	t.like(seen.at(-1), { kind: 'services', change: { kind: 'reset' } });
});

const noContext = new ProblemError(
	problem('E_KUBECONFIG', {
		where: { kind: 'named', name: 'kubeconfig' },
		message: 'context east not found',
	}),
);

test('a cluster that there is no way to yet is tried again, ever more rarely, and each time is told', async (t) => {
	const { clock, sources, life, seen, problems } = startSources(t, { failures: [noContext, noContext] });
	sources.ensure(inputs.slice(0, 1), life.signal);
	await clock.advance(249);
	t.deepEqual([problems.length, seen.length], [1, 0]);
	await clock.advance(1);
	t.deepEqual([problems.length, seen.length], [2, 0]);
	await clock.advance(500);
	t.deepEqual([problems.map(({ code }) => code), seen.length], [['E_KUBECONFIG', 'E_KUBECONFIG'], 1]);
});

test('nothing is tried, told or kept waiting once the end has come', async (t) => {
	const { clock, sources, life, seen, problems, searches } = startSources(t, {
		failures: [noContext, noContext],
	});
	sources.ensure(inputs.slice(0, 1), life.signal);
	await clock.advance(1);
	life.abort();
	await clock.advance(60_000);
	t.deepEqual([searches(), problems.length, seen.length], [1, 1, 0]);
});

test('F-051 a cluster that does not answer is told as a problem, and watched as soon as it does', async (t) => {
	const { clock, cluster, sources, life, seen, problems } = startSources(t);
	const lift = cluster.faults.inject({ kind: 'unreachable' });
	sources.ensure(inputs, life.signal);
	await clock.advance(1);
	t.deepEqual(
		[problems.map(({ code }) => code), seen.length],
		[['E_CLUSTER_UNREACHABLE', 'E_CLUSTER_UNREACHABLE'], 0],
	);
	lift();
	await clock.advance(1);
	t.is(seen.length, 2);
});

test('F-071 a fault of ours on the way to a cluster is told, and tried again like any other', async (t) => {
	const { clock, sources, life, seen, problems } = startSources(t, {
		failures: [new TypeError('x is not a function')],
	});
	sources.ensure(inputs.slice(0, 1), life.signal);
	await clock.advance(1);
	t.like(problems[0], { code: 'E_CLUSTER_UNREACHABLE', message: 'x is not a function' });
	await clock.advance(250);
	t.is(seen.length, 1);
});

test('F-071 a slice that cannot be read is kept and told, whether it is listed or changes', async (t) => {
	const metadata = { name: 's', namespace: 'emojivoto', uid: 'u', resourceVersion: '1' };
	const slice = { metadata, addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }, {}] };
	const wrap = (cluster: Cluster): Cluster => ({
		...cluster,
		reflect(collection, sink) {
			const { name, namespace, resourceVersion } = metadata;
			const item = { name, namespace, resourceVersion, value: collection.decode(slice) };
			sink({ kind: 'reset', items: [item] });
			sink({ kind: 'applied', item });
			return new Promise(() => undefined);
		},
	});
	const { clock, sources, life, seen, problems } = startSources(t, { wrap });
	sources.ensure([{ cluster: 'east', namespace: 'emojivoto', kind: 'slices' }], life.signal);
	await clock.advance(1);
	t.is(seen.length, 2);
	t.deepEqual(
		problems.map(({ code, where, message }) => [code, where, message]),
		Array.from({ length: 2 }, () => [
			'E_OBJECT_INVALID',
			{ kind: 'named', name: 'east emojivoto/s' },
			'an object of endpointslices.discovery.k8s.io cannot be read: an endpoint has no address',
		]),
	);
});

test('F-071 a watch that fails in a way nobody foresaw is told, and begun again', async (t) => {
	let calls = 0;
	const wrap = (cluster: Cluster): Cluster => ({
		...cluster,
		reflect(...call) {
			calls += 1;
			return calls === 1 ? Promise.reject(new TypeError('x is undefined')) : cluster.reflect(...call);
		},
	});
	const { clock, sources, life, seen, problems } = startSources(t, { wrap });
	sources.ensure(inputs.slice(0, 1), life.signal);
	await clock.advance(251);
	t.like(problems, [{ code: 'E_CLUSTER_UNREACHABLE', message: 'x is undefined' }]);
	t.is(seen.length, 1);
});
