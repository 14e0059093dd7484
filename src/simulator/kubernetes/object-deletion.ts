import type { ObjectKey } from './object-store.ts';
import {
	commitObject,
	formatNow,
	getObject,
	openShelf,
	removeObject,
	type StoreState,
} from './store-state.ts';
import type { StoredObject } from './stored-object.ts';

/** Deletes an object, or where something holds it back, marks it as being deleted. Throws 404. */
export function deleteObject(state: StoreState, key: ObjectKey): StoredObject {
	const { type } = openShelf(state, key);
	const object = getObject(state, key);
	if (type.kind === 'Namespace') return deleteNamespace(state, key, object);
	const { finalizers = [], deletionTimestamp } = object.metadata;
	if (finalizers.length === 0) {
		removeObject(state, type, object);
		return object;
	}
	if (deletionTimestamp !== undefined) return object;
	const marks = { deletionTimestamp: formatNow(state), deletionGracePeriodSeconds: 0 };
	return commitObject(state, type, { ...object, metadata: { ...object.metadata, ...marks } }, object);
}

/** At once, unless something in it is held back, where a real cluster's namespace controller takes its time. */
function deleteNamespace(state: StoreState, key: ObjectKey, namespace: StoredObject): StoredObject {
	const { type } = openShelf(state, key);
	const metadata = { ...namespace.metadata, deletionTimestamp: formatNow(state) };
	const marked = { ...namespace, metadata, status: { phase: 'Terminating' } };
	const terminating = commitObject(state, type, marked, namespace);
	if (isEmptied(state, key.name)) removeObject(state, type, terminating);
	return terminating;
}

function isEmptied(state: StoreState, namespace: string): boolean {
	let held = false;
	for (const [{ group, plural }, shelf] of state.shelves) {
		for (const { metadata } of shelf.list()) {
			if (metadata.namespace !== namespace) continue;
			deleteObject(state, { group, plural, namespace, name: metadata.name });
			held ||= shelf.get(namespace, metadata.name) !== undefined;
		}
	}
	return !held;
}
