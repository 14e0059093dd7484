// The objects of a GitOps tool on one cluster, as they were last seen.
import { backOff } from '../../model/backoff.ts';
import type { ClusterName } from '../../model/names.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { Cluster, Collection, CollectionChange } from '../../model/ports/cluster.ts';
import { type Problem, ProblemError, problem } from '../../model/problem.ts';

export interface WatchParts {
	readonly clock: Clock;
	readonly random: Random;
	/** Throws ProblemError when there is no way to the cluster. */
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
}

export interface Watched<T> {
	/** `undefined` until they were listed once. */
	all(): readonly T[] | undefined;
	/** Why they could not be listed or watched, when that was tried last. */
	trouble(): Problem | undefined;
}

/** A collection of one cluster, and whom its changes are told. */
export interface WatchOrder<T> {
	readonly cluster: ClusterName;
	readonly collection: Pick<Collection<T>, 'resource' | 'decode'>;
	readonly onChange: () => void;
}

/** Watches in all namespaces until aborted. Where the type or the right is missing there is trouble, and no more. */
export function watchObjects<T>(parts: WatchParts, order: WatchOrder<T>, signal: AbortSignal): Watched<T> {
	let items: Map<string, T> | undefined;
	let trouble: Problem | undefined;

	const take = (change: CollectionChange<T>): void => {
		if (signal.aborted) return;
		trouble = change.kind === 'problem' ? change.problem : undefined;
		switch (change.kind) {
			case 'alive':
			case 'problem':
				return;
			case 'reset':
				items = new Map(change.items.map(({ namespace, name, value }) => [`${namespace}/${name}`, value]));
				break;
			case 'applied':
				items?.set(`${change.item.namespace}/${change.item.name}`, change.item.value);
				break;
			case 'deleted':
				items?.delete(`${change.namespace}/${change.name}`);
		}
		order.onChange();
	};

	const watch = async (): Promise<void> => {
		for (let failures = 0; !signal.aborted; failures += 1) {
			try {
				const cluster = await parts.findCluster(order.cluster, signal);
				await cluster.reflect({ ...order.collection, optional: true }, take, signal);
			} catch (error) {
				trouble = problemOf(order.cluster, error);
			}
			await parts.clock.sleep(backOff(failures, parts.random), signal).catch(() => undefined);
		}
	};

	void watch();
	return { all: () => items && [...items.values()], trouble: () => trouble };
}

function problemOf(cluster: ClusterName, error: unknown): Problem {
	if (error instanceof ProblemError) return error.problem;
	const message = error instanceof Error ? error.message : String(error);
	return problem('E_CLUSTER_UNREACHABLE', { where: { kind: 'named', name: cluster }, message });
}
