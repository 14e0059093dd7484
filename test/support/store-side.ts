import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import type { ClusterFixture } from '../contract/cluster.ts';
import { createObjects } from './kubernetes-objects.ts';

/** The other side of a cluster whose objects live in an embedded store. */
export function actOnStore(
	store: ObjectStore,
): Pick<ClusterFixture, 'seed' | 'remove' | 'compact' | 'serve'> {
	return {
		seed(object) {
			createObjects(store, object);
		},
		remove({ resource: { group, plural }, namespace, name }) {
			store.delete({ group, plural, namespace, name });
		},
		compact: () => store.compact(),
		serve: (type, versions) => store.setServed(type, versions),
	};
}
