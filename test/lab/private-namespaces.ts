import type { Cluster } from '../../src/model/ports/cluster.ts';

/** A cluster in which every namespace stands for another, so that tests can share one server. */
export function inPrivateNamespaces(cluster: Cluster, privately: (namespace: string) => string): Cluster {
	const move = <T extends { readonly namespace: string }>(place: T): T => ({
		...place,
		namespace: privately(place.namespace),
	});
	return {
		name: cluster.name,
		reflect: (collection, sink, signal) => cluster.reflect(move(collection), sink, signal),
		read: (ref, signal) => cluster.read(move(ref), signal),
		patch: (ref, operations, signal) => cluster.patch(move(ref), operations, signal),
		createEvent: (event, signal) =>
			cluster.createEvent({ ...event, regarding: move(event.regarding) }, signal),
	};
}
