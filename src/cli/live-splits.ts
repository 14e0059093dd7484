// The labelled TrafficSplits that a cluster has now, and the Services beside them.
import { connectCluster } from '../kubernetes/cluster.ts';
import { loadConnection } from '../kubernetes/kubeconfig.ts';
import type { ClusterName } from '../model/names.ts';
import type { Cluster, Collection, Item } from '../model/ports/cluster.ts';
import { isWarning, type Problem, ProblemError, problem } from '../model/problem.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { trafficSplits } from '../model/traffic-split.ts';
import { describeLabelled } from '../observe/labelled-policies.ts';
import { labelledSelectors } from '../observe/labelled-source.ts';
import { services } from '../observe/service-facts.ts';
import { readSplitFacts } from '../policy/split-facts.ts';
import { type SplitManifests, serviceTypeOf } from '../policy/split-manifests.ts';
import { systemClock } from './system-clock.ts';

export interface LiveSplitOptions {
	readonly cluster: ClusterName;
	readonly context: string;
	readonly kubeconfig?: string | undefined;
	readonly allowInsecure: boolean;
	readonly selector?: string | undefined;
	/** How long the cluster may take to answer. */
	readonly timeout: Milliseconds;
}

/**
 * Lists them in all namespaces; throws ProblemError when the splits cannot be listed. Services that cannot be
 * listed are a problem beside what was found.
 */
export async function listLiveSplits(
	options: LiveSplitOptions,
	signal: AbortSignal,
): Promise<SplitManifests> {
	const { cluster: name, context, kubeconfig, allowInsecure, selector, timeout } = options;
	const file = kubeconfig === undefined ? {} : { kubeconfig };
	const connection = await loadConnection({ ...file, context, allowInsecure });
	const cluster = connectCluster({ name, connection, clock: systemClock, random: Math.random });
	const within: Listing = { cluster, timeout, signal };
	try {
		const lists = await Promise.all(
			labelledSelectors(selector).map((labelSelector) =>
				listOnce(within, { resource: trafficSplits, labelSelector, decode: readSplitFacts }),
			),
		);
		const splits = new Map(lists.flat().map((item) => [`${item.namespace}/${item.name}`, item.value]));
		const problems: Problem[] = [];
		const found = await listOnce(within, {
			resource: services,
			decode: (object) => serviceTypeOf(object['spec']),
		}).catch((error: unknown) => {
			if (!(error instanceof ProblemError)) throw error;
			problems.push(error.problem);
			return [];
		});
		return {
			splits: [...splits.values()].map((facts) => {
				const where = describeLabelled(name, facts.namespace, facts.name);
				return { facts, place: () => ({ kind: 'named', name: where }) };
			}),
			services: found.map(({ namespace, name: service, value }) => ({
				namespace,
				name: service,
				type: value,
			})),
			problems,
		};
	} finally {
		await cluster.close();
	}
}

interface Listing {
	readonly cluster: Cluster;
	readonly timeout: Milliseconds;
	readonly signal: AbortSignal;
}

/** The first full list of a collection; an error that comes before it is thrown. */
async function listOnce<T>(
	{ cluster, timeout, signal }: Listing,
	collection: Collection<T>,
): Promise<readonly Item<T>[]> {
	const done = new AbortController();
	const deadline = AbortSignal.timeout(timeout);
	let items: readonly Item<T>[] | undefined;
	let failure: Problem | undefined;
	await cluster.reflect(
		collection,
		(change) => {
			if (change.kind === 'reset') items = change.items;
			if (change.kind === 'problem' && !isWarning(change.problem)) failure ??= change.problem;
			if (items !== undefined || failure !== undefined) done.abort();
		},
		AbortSignal.any([signal, deadline, done.signal]),
	);
	signal.throwIfAborted();
	if (items !== undefined) return items;
	const where = { kind: 'named', name: cluster.name } as const;
	const message = `no answer within ${formatDuration(timeout)}`;
	throw new ProblemError(failure ?? problem('E_CLUSTER_UNREACHABLE', { where, message }));
}
