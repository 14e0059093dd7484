// All that was observed of the clusters: a store without I/O or clock that is told what happened, and when.

import type { TargetFacts } from '../model/live-target.ts';
import type { ClusterName, Namespace, ServiceName } from '../model/names.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import type { Instant } from '../model/time.ts';
import type { ServiceFacts } from './service-facts.ts';
import type { SliceFacts } from './slice-facts.ts';
import { applyChange, openSource, type Replacement, type Source, type SourceChange } from './source.ts';

/** What is known of one namespace of one cluster. */
export interface NamespaceView {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly splits: Source<TargetFacts>;
	readonly services: Source<ServiceFacts>;
	readonly slices: Source<SliceFacts>;
	/** Names of the slices of each Service. */
	readonly slicesOf: Map<ServiceName, Set<string>>;
}

/** The collections watched in a namespace. */
export type SourceKind = 'splits' | 'services' | 'slices';

/** Views by `cluster/namespace`. */
export type World = Map<string, NamespaceView>;

/** One dated fact from a watched collection. */
export type Observation = {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly at: Instant;
} & (
	| { readonly kind: 'splits'; readonly change: CollectionChange<TargetFacts> }
	| { readonly kind: 'services'; readonly change: CollectionChange<ServiceFacts> }
	| { readonly kind: 'slices'; readonly change: CollectionChange<SliceFacts> }
);

/** What an observation touched: a namespace, or one Service or split in it. Policies subscribe to topics. */
export type Topic = string;

export function namespaceTopic(cluster: ClusterName, namespace: Namespace): Topic {
	return `${cluster}/${namespace}`;
}

export function serviceTopic(cluster: ClusterName, namespace: Namespace, service: ServiceName): Topic {
	return `${cluster}/${namespace}/service/${service}`;
}

export function splitTopic(cluster: ClusterName, namespace: Namespace, split: string): Topic {
	return `${cluster}/${namespace}/split/${split}`;
}

/** The view of a namespace, made empty at `at` when it is first asked for. */
export function openView(
	world: World,
	cluster: ClusterName,
	namespace: Namespace,
	at: Instant,
): NamespaceView {
	const key = namespaceTopic(cluster, namespace);
	const known = world.get(key);
	if (known !== undefined) return known;
	const view: NamespaceView = {
		cluster,
		namespace,
		splits: openSource(at),
		services: openSource(at),
		slices: openSource(at),
		slicesOf: new Map(),
	};
	world.set(key, view);
	return view;
}

/** Forgets a collection that is not watched any more; should it be again, it counts as never seen. */
export function forgetSource(
	world: World,
	place: Pick<Observation, 'cluster' | 'namespace' | 'kind' | 'at'>,
): void {
	const { cluster, namespace, kind, at } = place;
	const view = openView(world, cluster, namespace, at);
	const slicesOf = kind === 'slices' ? new Map() : view.slicesOf;
	world.set(namespaceTopic(cluster, namespace), { ...view, slicesOf, [kind]: openSource(at) });
}

/** Folds one observation into the world and returns the topics it touched. */
export function fold(world: World, observation: Observation): ReadonlySet<Topic> {
	const { cluster, namespace, at } = observation;
	const view = openView(world, cluster, namespace, at);
	switch (observation.kind) {
		case 'splits': {
			const change = applyChange(view.splits, observation.change, at);
			return touched(view, change, ({ name }) => [splitTopic(cluster, namespace, name)]);
		}
		case 'services': {
			const change = applyChange(view.services, observation.change, at);
			return touched(view, change, ({ name }) => [serviceTopic(cluster, namespace, name)]);
		}
		case 'slices': {
			const change = applyChange(view.slices, observation.change, at);
			for (const replacement of change.replaced) indexSlice(view, replacement);
			return touched(view, change, ({ before, after }) =>
				[before, after].flatMap((slice) => (slice ? [serviceTopic(cluster, namespace, slice.service)] : [])),
			);
		}
	}
}

function touched<T>(
	{ cluster, namespace }: NamespaceView,
	{ renewed, replaced }: SourceChange<T>,
	topicsOf: (replacement: Replacement<T>) => readonly Topic[],
): ReadonlySet<Topic> {
	return new Set(renewed ? [namespaceTopic(cluster, namespace)] : replaced.flatMap(topicsOf));
}

/** A slice may even change its Service. */
function indexSlice({ slicesOf }: NamespaceView, { name, before, after }: Replacement<SliceFacts>): void {
	if (before !== undefined) slicesOf.get(before.service)?.delete(name);
	if (after === undefined) return;
	const known = slicesOf.get(after.service);
	if (known === undefined) slicesOf.set(after.service, new Set([name]));
	else known.add(name);
}
