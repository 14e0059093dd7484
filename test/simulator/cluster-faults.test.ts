import test from 'ava';
import type { Cluster, WriteOutcome } from '../../src/model/ports/cluster.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { ClusterFault } from '../../src/simulator/cluster-faults.ts';
import type { MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import {
	failedOver,
	replaceWeight,
	startSplitCluster,
	target,
	watchSplits,
	weightOf,
} from '../support/split-cluster.ts';

const never = new AbortController().signal;

test('a cut watch goes on where it was, without a new list', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	world.cluster.faults.inject({ kind: 'cut-watches' });
	world.setWeight(0);
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1', 'applied emoji-svc=0']);
});

test('a cut watch lists again when what it missed is compacted away (410)', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	news();
	world.cluster.faults.inject({ kind: 'cut-watches' });
	world.setWeight(0);
	world.store.compact();
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=0']);
});

test('a frozen watch is silent until lifted, then lists again', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	news();
	const lift = world.cluster.faults.inject({ kind: 'freeze-watches' });
	world.setWeight(0);
	await world.clock.advance(300_000);
	t.deepEqual(news(), []);
	t.is(weightOf(await world.cluster.read(target, never)), 0, 'reads are answered all the while');
	lift();
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=0']);
	world.setWeight(1);
	await world.clock.advance(0);
	t.deepEqual(news(), ['applied emoji-svc=1']);
});

test('an unreachable cluster gives problems in the place of news, and catches up once lifted', async (t) => {
	const world = startSplitCluster();
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	news();
	const lift = world.cluster.faults.inject({ kind: 'unreachable' });
	world.setWeight(0);
	await world.clock.advance(30_000);
	t.deepEqual([...new Set(news())], ['E_CLUSTER_UNREACHABLE']);
	lift();
	await world.clock.advance(0);
	t.deepEqual(news(), ['applied emoji-svc=0']);
});

test('a cluster that is unreachable from the start is listed once it answers', async (t) => {
	const world = startSplitCluster();
	const lift = world.cluster.faults.inject({ kind: 'unreachable' });
	const { news } = watchSplits(t, world.cluster);
	await world.clock.advance(0);
	t.deepEqual(news(), ['E_CLUSTER_UNREACHABLE']);
	lift();
	await world.clock.advance(0);
	t.deepEqual(news(), ['reset emoji-svc=1']);
});

const calls: readonly { name: string; call: (cluster: Cluster, signal: AbortSignal) => Promise<unknown> }[] =
	[
		{ name: 'read', call: (cluster, signal) => cluster.read(target, signal) },
		{ name: 'createEvent', call: (cluster, signal) => cluster.createEvent(failedOver, signal) },
	];

for (const { name, call } of calls) {
	test(`${name} throws a problem while the cluster is unreachable`, async (t) => {
		const { cluster } = startSplitCluster();
		const lift = cluster.faults.inject({ kind: 'unreachable' });
		const error = await t.throwsAsync(call(cluster, never), { instanceOf: ProblemError });
		t.is(error.problem.code, 'E_CLUSTER_UNREACHABLE');
		lift();
		await t.notThrowsAsync(call(cluster, never));
	});
}

const patchFaults: readonly { fault: ClusterFault; outcome: WriteOutcome['kind']; applied: boolean }[] = [
	{ fault: { kind: 'unreachable' }, outcome: 'unavailable', applied: false },
	{
		fault: { kind: 'fail-next-patches', times: 1, outcome: 'unavailable' },
		outcome: 'unavailable',
		applied: false,
	},
	{ fault: { kind: 'fail-next-patches', times: 1, outcome: 'refused' }, outcome: 'refused', applied: false },
	{
		fault: { kind: 'fail-next-patches', times: 1, outcome: 'unknown-not-applied' },
		outcome: 'unknown',
		applied: false,
	},
	{
		fault: { kind: 'fail-next-patches', times: 1, outcome: 'unknown-applied' },
		outcome: 'unknown',
		applied: true,
	},
	{ fault: { kind: 'conflict-next' }, outcome: 'conflict', applied: false },
	{ fault: { kind: 'cut-watches' }, outcome: 'written', applied: true },
	{ fault: { kind: 'freeze-watches' }, outcome: 'written', applied: true },
];

/** A patch conditional on what is there now. */
function patchWeight(cluster: MemoryCluster, resourceVersion: string, weight: number): Promise<WriteOutcome> {
	const operations = [
		{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion } as const,
		replaceWeight(weight),
	];
	return cluster.patch({ ...target, version: 'v1alpha2' }, operations, never);
}

for (const { fault, outcome, applied } of patchFaults) {
	const name = Object.values(fault).join(' ');
	test(`under "${name}" a patch is ${outcome}, and ${applied ? '' : 'not '}applied`, async (t) => {
		const { cluster, store, key, weight } = startSplitCluster();
		cluster.faults.inject(fault);
		const answer = await patchWeight(cluster, store.get(key).metadata.resourceVersion, 0);
		t.is(answer.kind, outcome);
		t.is(weight(), applied ? 0 : 1);
	});
}

test('an overloaded cluster says when to come back, an admission refusal what to mend', async (t) => {
	const { cluster } = startSplitCluster();
	cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome: 'unavailable' });
	cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome: 'refused' });
	const first = await patchWeight(cluster, '', 0);
	const second = await patchWeight(cluster, '', 0);
	t.like(first, { kind: 'unavailable', retryAfter: 1_000 });
	t.like(second, { kind: 'refused', problem: { code: 'E_WRITE_REFUSED' } });
});

test('patches fail in the order of the faults, and then no more', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	cluster.faults.inject({ kind: 'fail-next-patches', times: 2, outcome: 'unavailable' });
	cluster.faults.inject({ kind: 'conflict-next' });
	const kinds: string[] = [];
	for (const weight of [2, 3, 4, 5]) {
		const answer = await patchWeight(cluster, store.get(key).metadata.resourceVersion, weight);
		kinds.push(answer.kind);
	}
	t.deepEqual(kinds, ['unavailable', 'unavailable', 'conflict', 'written']);
});

const settings = {
	resource: { group: '', versions: ['v1'], plural: 'configmaps' },
	namespace: 'emojivoto',
	name: 'settings',
	version: 'v1',
} as const;
const manifest = {
	apiVersion: 'v1',
	kind: 'ConfigMap',
	metadata: { name: 'settings', namespace: 'emojivoto' },
} as const;

for (const kind of ['apply', 'create', 'replace'] as const) {
	test(`the faults of patches strike ${kind} as well`, async (t) => {
		const { cluster } = startSplitCluster();
		cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome: 'unavailable' });
		cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome: 'unknown-not-applied' });
		t.is((await cluster[kind](settings, manifest, never)).kind, 'unavailable');
		t.is((await cluster[kind](settings, manifest, never)).kind, 'unknown');
		t.is(await cluster.read(settings, never), undefined);
		t.is((await cluster[kind](settings, manifest, never)).kind, kind === 'replace' ? 'missing' : 'written');
	});
}

test('a lifted patch fault strikes no more', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	const lift = cluster.faults.inject({ kind: 'fail-next-patches', times: 2, outcome: 'refused' });
	cluster.faults.inject({ kind: 'conflict-next' })();
	lift();
	t.is((await patchWeight(cluster, store.get(key).metadata.resourceVersion, 0)).kind, 'written');
});

test('two outages at once end with the later one', async (t) => {
	const { cluster } = startSplitCluster();
	const lifts = [1, 2].map(() => cluster.faults.inject({ kind: 'unreachable' }));
	lifts[0]?.();
	await t.throwsAsync(cluster.read(target, never), { instanceOf: ProblemError });
	lifts[1]?.();
	t.is(weightOf(await cluster.read(target, never)), 1);
});

test('somebody else who gets in first changes nothing but the version', async (t) => {
	const { cluster, store, key } = startSplitCluster();
	const before = store.get(key);
	cluster.faults.inject({ kind: 'conflict-next' });
	await patchWeight(cluster, before.metadata.resourceVersion, 0);
	const after = store.get(key);
	t.not(after.metadata.resourceVersion, before.metadata.resourceVersion);
	t.deepEqual(after['spec'], before['spec']);
});
