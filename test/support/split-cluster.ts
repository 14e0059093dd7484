import type { ExecutionContext } from 'ava';
import type {
	ClusterEvent,
	CollectionChange,
	KubernetesObject,
	ObjectRef,
	PatchOperation,
	Resource,
} from '../../src/model/ports/cluster.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey, ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aNamespace, aSplit, createObjects } from './kubernetes-objects.ts';

export const splits: Resource = {
	group: 'split.smi-spec.io',
	versions: ['v1alpha2', 'v1alpha1'],
	plural: 'trafficsplits',
};

export const target: ObjectRef = { resource: splits, namespace: 'emojivoto', name: 'emoji-svc' };

export const failedOver: ClusterEvent = {
	regarding: { ...target, kind: 'TrafficSplit', apiVersion: 'split.smi-spec.io/v1alpha2', uid: 'uid-of-it' },
	type: 'Normal',
	reason: 'FailedOver',
	note: 'emoji-svc 0, emoji-svc-west 1',
};

/** A cluster in memory with the split of emoji-svc at 1/0. */
export interface SplitCluster {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	readonly cluster: MemoryCluster;
	readonly key: ObjectKey;
	/** Of the first backend, behind the back of the cluster. */
	setWeight(weight: number): void;
	weight(): unknown;
}

export function startSplitCluster(): SplitCluster {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace(), aSplit());
	const key = { group: splits.group, plural: splits.plural, namespace: 'emojivoto', name: 'emoji-svc' };
	return {
		clock,
		store,
		cluster: createMemoryCluster({ name: 'east', store, clock }),
		key,
		setWeight(weight) {
			store.patch(key, 'application/json-patch+json', [replaceWeight(weight)]);
		},
		weight: () => weightOf(store.get(key)),
	};
}

export function replaceWeight(value: unknown): PatchOperation {
	return { op: 'replace', path: '/spec/backends/0/weight', value };
}

/** The first backend's weight. */
export function weightOf(split: KubernetesObject | undefined): unknown {
	const { spec } = (split ?? {}) as { spec?: { backends?: readonly { weight?: unknown }[] } };
	return spec?.backends?.[0]?.weight;
}

/** A watch of emojivoto's splits. */
export interface SplitWatch {
	readonly stop: AbortController;
	/** Ends with the watch. */
	readonly run: Promise<void>;
	/** What was told since it was last asked for, in short words: `reset emoji-svc=1`, `E_CRD_MISSING`. */
	news(): readonly string[];
}

export function watchSplits(
	t: ExecutionContext,
	cluster: MemoryCluster,
	{ decode = weightOf, resource = splits, optional = false }: WatchOptions = {},
): SplitWatch {
	const told: string[] = [];
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	const collection = { resource, namespace: 'emojivoto', decode, optional };
	const run = cluster.reflect(collection, (change) => told.push(formatChange(change)), stop.signal);
	return { stop, run, news: () => told.splice(0) };
}

interface WatchOptions {
	readonly decode?: (object: KubernetesObject) => unknown;
	readonly resource?: Resource;
	readonly optional?: boolean;
}

function formatChange(change: CollectionChange<unknown>): string {
	switch (change.kind) {
		case 'reset':
			return ['reset', ...change.items.map(({ name, value }) => `${name}=${value}`)].join(' ');
		case 'applied':
			return `applied ${change.item.name}=${change.item.value}`;
		case 'deleted':
			return `deleted ${change.name}`;
		case 'alive':
			return 'alive';
		case 'problem':
			return change.problem.code;
	}
}
