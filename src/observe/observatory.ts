// The clusters as far as policies rest on them: what is watched, what is known, and whom news concerns.
import type { ClusterName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type ClusterSourceParts, createClusterSources } from './cluster-sources.ts';
import { collections, targetSourceOf } from './collections.ts';
import { footingOf } from './footing.ts';
import { takeSnapshot } from './snapshot.ts';
import { isGone } from './source.ts';
import { fold, forgetSource, sourceOf, type Topic, viewOf, type World } from './world.ts';

export interface ObservatoryParts extends Omit<ClusterSourceParts, 'onObservation'> {
	/** Called whenever something was seen that may matter to whoever rests on these topics. */
	readonly onNews: (topics: ReadonlySet<Topic>) => void;
}

/** What is known for one policy, and the topics whose news may change it; they grow once mirrors are seen. */
export interface Sight {
	readonly snapshot: Snapshot;
	readonly topics: readonly Topic[];
}

export interface Observatory {
	/** What is known for a policy now. Starts watching whatever it rests on that is not watched yet. */
	look(policy: FailoverPolicy, clusters: ReadonlySet<ClusterName>, signal: AbortSignal): Sight;
	/** Tells what a write or a read-back showed of a target, ahead of the watch. Anything else is passed over. */
	tell(cluster: ClusterName, object: KubernetesObject): void;
	/** Stops watching, and forgets, what none of these policies rests on. */
	retain(policies: readonly FailoverPolicy[], clusters: ReadonlySet<ClusterName>): void;
}

export function createObservatory(parts: ObservatoryParts): Observatory {
	const { clock, onNews } = parts;
	const world: World = new Map();
	const sources = createClusterSources({
		...parts,
		onObservation: (input, change, at) => onNews(fold(world, input, change, at)),
	});
	return {
		look(policy, clusters, signal) {
			const footing = footingOf(world, policy, clusters);
			const now = clock.now();
			for (const input of footing.inputs) sourceOf(world, input, now);
			sources.ensure(footing.inputs, signal);
			return { snapshot: takeSnapshot(world, footing, now), topics: footing.topics };
		},
		tell(cluster, object) {
			const { name, namespace = '', resourceVersion } = object.metadata;
			const kind = targetSourceOf(object);
			const source = kind && viewOf(world, cluster, namespace)?.sources[kind];
			if (kind === undefined || source === undefined || isGone(source, name, resourceVersion)) return;
			const item = { namespace, name, resourceVersion, value: collections[kind].decode(object) };
			onNews(fold(world, { cluster, namespace, kind }, { kind: 'applied', item }, clock.now()));
		},
		retain(policies, clusters) {
			const inputs = policies.flatMap((policy) => footingOf(world, policy, clusters).inputs);
			for (const input of sources.retain(inputs)) forgetSource(world, input);
		},
	};
}
