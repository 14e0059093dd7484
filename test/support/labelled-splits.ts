import type { ExecutionContext } from 'ava';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Problem } from '../../src/model/problem.ts';
import { followLabelledSplits } from '../../src/observe/labelled-source.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey, ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aNamespace, aSplit, createObjects, type NewObject } from './kubernetes-objects.ts';

/** linkerd-failover's label. */
export function controlledBy(value: string): Readonly<Record<string, string>> {
	return { 'failover.linkerd.io/controlled-by': value };
}

/** That of its early versions. */
export const old: Readonly<Record<string, string>> = { 'app.kubernetes.io/managed-by': 'linkerd-failover' };

/** A split of the Service of its own name. */
export function aLabelled(
	name: string,
	labels: Readonly<Record<string, string>>,
	namespace = 'emojivoto',
): NewObject {
	return aSplit({ metadata: { name, namespace, labels }, service: name });
}

/** What was told at once. */
export interface News {
	readonly policies: readonly FailoverPolicy[];
	readonly problems: readonly Problem[];
}

/** The labelled splits of a cluster in memory, followed once started. */
export interface FollowedSplits {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	readonly cluster: MemoryCluster;
	readonly news: readonly News[];
	/** What kept them from being listed. */
	readonly problems: readonly Problem[];
	readonly life: AbortController;
	start(): Promise<void>;
	/** Of the policies that were told last. */
	keys(): readonly string[] | undefined;
	/** Merges into a split of emojivoto. */
	patch(name: string, patch: object): void;
	remove(name: string): void;
}

export function followSplits(
	t: ExecutionContext,
	objects: readonly NewObject[],
	selector?: string,
): FollowedSplits {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace(), aNamespace('shop'), ...objects);
	const cluster = createMemoryCluster({ name: 'east', store, clock });
	const news: News[] = [];
	const problems: Problem[] = [];
	const life = new AbortController();
	t.teardown(() => life.abort());
	const keyOf = (name: string): ObjectKey => ({
		group: 'split.smi-spec.io',
		plural: 'trafficsplits',
		namespace: 'emojivoto',
		name,
	});
	return {
		clock,
		store,
		cluster,
		news,
		problems,
		life,
		start: () =>
			followLabelledSplits(
				{
					cluster,
					clock,
					selector,
					onPolicies: (policies, told) => news.push({ policies, problems: told }),
					onProblem: (problem) => problems.push(problem),
				},
				life.signal,
			),
		keys: () =>
			news
				.at(-1)
				?.policies.map(({ key }) => key)
				.sort(),
		patch: (name, patch) => store.patch(keyOf(name), 'application/merge-patch+json', patch),
		remove: (name) => store.delete(keyOf(name)),
	};
}
