import type { Cluster, Manifest } from '../../src/model/ports/cluster.ts';

/** A cluster in which every namespace stands for another, so that tests can share one server. */
export function inPrivateNamespaces(cluster: Cluster, privately: (namespace: string) => string): Cluster {
	const move = <T extends { readonly namespace?: string }>(place: T): T =>
		place.namespace === undefined ? place : { ...place, namespace: privately(place.namespace) };
	const rename = (manifest: Manifest): Manifest => ({ ...manifest, metadata: move(manifest.metadata) });
	return {
		name: cluster.name,
		reflect: (collection, sink, signal) => cluster.reflect(move(collection), sink, signal),
		read: (ref, signal) => cluster.read(move(ref), signal),
		patch: (ref, operations, signal) => cluster.patch(move(ref), operations, signal),
		apply: (ref, manifest, signal) => cluster.apply(move(ref), rename(manifest), signal),
		create: (ref, manifest, signal) => cluster.create(move(ref), rename(manifest), signal),
		replace: (ref, manifest, signal) => cluster.replace(move(ref), rename(manifest), signal),
		createEvent: (event, signal) =>
			cluster.createEvent({ ...event, regarding: move(event.regarding) }, signal),
	};
}
