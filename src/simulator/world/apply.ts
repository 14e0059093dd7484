import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { ApiStatusError } from '../kubernetes/api-status.ts';
import type { ObjectKey, ObjectStore, WriteOptions } from '../kubernetes/object-store.ts';

export interface Applied {
	readonly object: KubernetesObject;
	/** Whether it was created or changed. */
	readonly changed: boolean;
}

/** Returns the object, or `undefined` where there is none. */
export function findObject(store: ObjectStore, key: ObjectKey): KubernetesObject | undefined {
	try {
		return store.get(key);
	} catch (error) {
		if (error instanceof ApiStatusError && error.status.code === 404) return undefined;
		throw error;
	}
}

/**
 * Makes the live object carry every field of `manifest`, as a forced server-side apply does: lists are taken
 * whole, fields that the manifest leaves out stay. `version` is the one that the manifest of a live object is written
 * in; without it, the storage version.
 */
export function applyObject(
	store: ObjectStore,
	key: ObjectKey,
	manifest: object,
	{ version, manager = 'unknown' }: Pick<WriteOptions, 'version' | 'manager'> = {},
): Applied {
	const live = findObject(store, key);
	if (live === undefined) return { object: store.create(key, manifest, { manager }), changed: true };
	const options = { manager, ...(version === undefined ? {} : { version }) };
	const object = store.patch(key, 'application/merge-patch+json', manifest, options);
	return { object, changed: object.metadata.resourceVersion !== live.metadata.resourceVersion };
}
