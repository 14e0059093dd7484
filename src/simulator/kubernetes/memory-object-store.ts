import type { Clock } from '../../model/ports/clock.ts';
import { createEventLog } from './event-log.ts';
import { readIncoming } from './incoming-object.ts';
import { applyObject } from './object-apply.ts';
import { deleteObject } from './object-deletion.ts';
import { createObjectShelf } from './object-shelf.ts';
import type { ObjectStore, TypeKey } from './object-store.ts';
import { createObject, replaceObject, updateObject } from './object-writes.ts';
import { patchDocument } from './patching.ts';
import { findResourceType, formatApiVersion, resourceTypes } from './resource-types.ts';
import { compileSelection } from './selectors.ts';
import { getObject, openShelf, type StoreState } from './store-state.ts';

/** An empty store, but for the namespace `default`. The same calls make the same objects, uids included. */
export function createObjectStore(clock: Clock): ObjectStore {
	const state: StoreState = {
		clock,
		log: createEventLog(),
		shelves: new Map(resourceTypes.map((type) => [type, createObjectShelf()])),
		served: new Map(),
		resourceVersion: 1,
		created: 0,
	};
	createObject(state, { group: '', plural: 'namespaces', namespace: '' }, { metadata: { name: 'default' } });

	return {
		...serveTypes(state),
		resourceVersion: () => String(state.resourceVersion),
		list(selection) {
			const { type, shelf } = openShelf(state, selection);
			const items = shelf.list().filter(compileSelection(type, selection));
			return { resourceVersion: String(state.resourceVersion), items };
		},
		get: (key) => getObject(state, key),
		create: (key, object, options) => createObject(state, key, object, options),
		update: (key, object, options = {}) => updateObject(state, key, object, options),
		patch(key, patchType, patch, options = {}) {
			const { type } = openShelf(state, key, options.version);
			const version = options.version ?? type.storageVersion;
			const document = { ...getObject(state, key), apiVersion: formatApiVersion(type.group, version) };
			const incoming = readIncoming(type, patchDocument(document, patchType, patch), version);
			return replaceObject(state, key, incoming, { ...options, patched: true });
		},
		apply: (key, manifest, options) => applyObject(state, key, manifest, options),
		delete: (key) => deleteObject(state, key),
		watch(selection, since, listener) {
			const { type } = openShelf(state, selection);
			const subject = { resource: type, selects: compileSelection(type, selection) };
			return state.log.follow(subject, since ?? String(state.resourceVersion), listener);
		},
		isCompacted: (resourceVersion) => state.log.isCompacted(resourceVersion),
		compact: () => state.log.compact(String(state.resourceVersion)),
	};
}

function serveTypes(state: StoreState): Pick<ObjectStore, 'served' | 'setServed' | 'onServed'> {
	const listeners = new Set<() => void>();
	const requireType = ({ group, plural }: TypeKey) => {
		const type = findResourceType(group, plural);
		if (type === undefined) throw new RangeError(`no type ${plural}.${group}`);
		return type;
	};
	return {
		served({ group, plural }) {
			const type = findResourceType(group, plural);
			return type === undefined ? [] : (state.served.get(type) ?? type.versions);
		},
		setServed(key, versions) {
			const type = requireType(key);
			const kept = type.versions.filter((version) => versions.includes(version));
			state.served.set(type, kept);
			for (const tell of listeners) tell();
		},
		onServed(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
