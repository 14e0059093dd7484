// The clusters as far as policies rest on them: what is watched, what is known, and whom news concerns.
import type { ClusterName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readSplit } from '../model/traffic-split.ts';
import { type ClusterSourceParts, createClusterSources } from './cluster-sources.ts';
import { inputsOf, topicsOf } from './inputs.ts';
import { takeSnapshot } from './snapshot.ts';
import { fold, forgetSource, type Observation, openView, type Topic, type World } from './world.ts';

export interface ObservatoryParts extends Omit<ClusterSourceParts, 'onObservation'> {
	/** Called whenever something was seen that may matter to whoever rests on these topics. */
	readonly onNews: (topics: ReadonlySet<Topic>) => void;
}

export interface Observatory {
	/** What is known for a policy now. Starts watching whatever it rests on that is not watched yet. */
	look(policy: FailoverPolicy, clusters: ReadonlySet<ClusterName>, signal: AbortSignal): Snapshot;
	/** The topics whose news concern a policy; they grow once mirrors are seen. */
	topics(policy: FailoverPolicy, clusters: ReadonlySet<ClusterName>): readonly Topic[];
	/** Tells what a write or a read-back showed of a split, ahead of the watch. */
	tell(cluster: ClusterName, split: KubernetesObject): void;
	/** Stops watching, and forgets, what none of these policies rests on. */
	retain(policies: readonly FailoverPolicy[], clusters: ReadonlySet<ClusterName>): void;
}

export function createObservatory(parts: ObservatoryParts): Observatory {
	const { clock, onNews } = parts;
	const world: World = new Map();
	const onObservation = (observation: Observation): void => onNews(fold(world, observation));
	const sources = createClusterSources({ ...parts, onObservation });
	return {
		look(policy, clusters, signal) {
			const inputs = inputsOf(world, policy, clusters);
			for (const { cluster, namespace } of inputs) openView(world, cluster, namespace, clock.now());
			sources.ensure(inputs, signal);
			return takeSnapshot(world, policy, clusters, clock.now());
		},
		topics: (policy, clusters) => topicsOf(world, policy, clusters),
		tell(cluster, split) {
			const { name, namespace = '', resourceVersion } = split.metadata;
			const change = {
				kind: 'applied',
				item: { namespace, name, resourceVersion, value: readSplit(split) },
			} as const;
			onObservation({ cluster, namespace, at: clock.now(), kind: 'splits', change });
		},
		retain(policies, clusters) {
			const inputs = policies.flatMap((policy) => inputsOf(world, policy, clusters));
			for (const input of sources.retain(inputs)) forgetSource(world, { ...input, at: clock.now() });
		},
	};
}
