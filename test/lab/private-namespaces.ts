import type { Cluster, CollectionChange, Item, Manifest } from '../../src/model/ports/cluster.ts';

/** A cluster in which the name of every namespace ends with more, so that tests can share one server. */
export function inPrivateNamespaces(cluster: Cluster, suffix: string): Cluster {
	const move = <T extends { readonly namespace?: string }>(place: T): T =>
		place.namespace === undefined ? place : { ...place, namespace: `${place.namespace}${suffix}` };
	const rename = (manifest: Manifest): Manifest => ({ ...manifest, metadata: move(manifest.metadata) });
	return {
		name: cluster.name,
		reflect: (collection, sink, signal) =>
			cluster.reflect(move(collection), (change) => sink(publish(change, suffix)), signal),
		read: (ref, signal) => cluster.read(move(ref), signal),
		patch: (ref, operations, signal) => cluster.patch(move(ref), operations, signal),
		apply: (ref, manifest, signal) => cluster.apply(move(ref), rename(manifest), signal),
		create: (ref, manifest, signal) => cluster.create(move(ref), rename(manifest), signal),
		replace: (ref, manifest, signal) => cluster.replace(move(ref), rename(manifest), signal),
		createEvent: (event, signal) =>
			cluster.createEvent({ ...event, regarding: move(event.regarding) }, signal),
	};
}

/** The change with its namespaces as the test calls them. */
function publish<T>(change: CollectionChange<T>, suffix: string): CollectionChange<T> {
	const name = (namespace: string) =>
		namespace.endsWith(suffix) ? namespace.slice(0, -suffix.length) : namespace;
	const moveBack = (item: Item<T>): Item<T> => ({ ...item, namespace: name(item.namespace) });
	switch (change.kind) {
		case 'reset':
			return { ...change, items: change.items.map(moveBack) };
		case 'applied':
			return { ...change, item: moveBack(change.item) };
		case 'deleted':
			return { ...change, namespace: name(change.namespace) };
		case 'alive':
		case 'problem':
			return change;
	}
}
