import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../model/ports/clock.ts';
import { refuseAlreadyExists, refuseBadRequest, refuseNotFound, refuseUnknownPath } from './api-status.ts';
import { buryObject, createEventLog, type EventLog } from './event-log.ts';
import { type IncomingMetadata, type IncomingObject, readIncoming } from './incoming-object.ts';
import { createObjectShelf, type ObjectShelf } from './object-shelf.ts';
import type { ObjectKey, ObjectStore, WriteOptions } from './object-store.ts';
import { patchDocument } from './patching.ts';
import { findResourceType, formatApiVersion, type ResourceType, resourceTypes } from './resource-types.ts';
import { compileSelection } from './selectors.ts';
import {
	composeNewObject,
	composeNextObject,
	type StoredObject,
	type UpdateOptions,
} from './stored-object.ts';
import { checkUpdate } from './update-rules.ts';

/** An empty store, but for the namespace `default`. The same calls make the same objects, uids included. */
export function createObjectStore(clock: Clock): ObjectStore {
	const state: State = {
		clock,
		log: createEventLog(),
		shelves: new Map(resourceTypes.map((type) => [type, createObjectShelf()])),
		resourceVersion: 1,
		created: 0,
	};
	createObject(state, { group: '', plural: 'namespaces', namespace: '' }, { metadata: { name: 'default' } });

	return {
		resourceVersion: () => String(state.resourceVersion),
		list(selection) {
			const { type, shelf } = openShelf(state, selection);
			const items = shelf.list().filter(compileSelection(type, selection));
			return { resourceVersion: String(state.resourceVersion), items };
		},
		get: (key) => getObject(state, key),
		create: (key, object, options) => createObject(state, key, object, options),
		update(key, object, options = {}) {
			const { type } = openShelf(state, key);
			const incoming = readIncoming(type, object, options.version);
			return replaceObject(state, key, incoming, { ...options, patched: false });
		},
		patch(key, patchType, patch, options = {}) {
			const { type } = openShelf(state, key);
			const version = options.version ?? type.storageVersion;
			const document = { ...getObject(state, key), apiVersion: formatApiVersion(type.group, version) };
			const incoming = readIncoming(type, patchDocument(document, patchType, patch), version);
			return replaceObject(state, key, incoming, { ...options, patched: true });
		},
		apply(key, object, options) {
			const { type, shelf } = openShelf(state, key);
			if (shelf.get(key.namespace, key.name) === undefined) return createObject(state, key, object, options);
			const incoming = readIncoming(
				type,
				patchDocument(getObject(state, key), 'application/merge-patch+json', object),
				options.version,
			);
			return replaceObject(state, key, incoming, { ...options, patched: true });
		},
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

interface State {
	readonly clock: Clock;
	readonly log: EventLog;
	readonly shelves: ReadonlyMap<ResourceType, ObjectShelf>;
	resourceVersion: number;
	/** How many creations were asked for: uids and generated names are made of it. */
	created: number;
}

function openShelf(
	state: State,
	{ group, plural }: Pick<ObjectKey, 'group' | 'plural'>,
): { readonly type: ResourceType; readonly shelf: ObjectShelf } {
	const type = findResourceType(group, plural);
	const shelf = type && state.shelves.get(type);
	if (type === undefined || shelf === undefined) throw refuseUnknownPath();
	return { type, shelf };
}

function getObject(state: State, key: ObjectKey): StoredObject {
	const { type, shelf } = openShelf(state, key);
	const object = shelf.get(key.namespace, key.name);
	if (object === undefined) throw refuseNotFound(type, key.name);
	return object;
}

function createObject(
	state: State,
	key: Omit<ObjectKey, 'name'>,
	body: unknown,
	{ version }: WriteOptions = {},
): StoredObject {
	const { type, shelf } = openShelf(state, key);
	const { namespace } = key;
	const incoming = readIncoming(type, body, version);
	checkNewcomer(namespace, incoming.metadata);
	if (type.namespaced) getObject(state, { group: '', plural: 'namespaces', namespace: '', name: namespace });
	state.created += 1;
	const { name = `${incoming.metadata.generateName}${formatCount(state.created, 5)}` } = incoming.metadata;
	if (shelf.get(namespace, name) !== undefined) throw refuseAlreadyExists(type, name);
	const uid = `00000000-0000-4000-8000-${formatCount(state.created, 12)}`;
	const creationTimestamp = new Date(state.clock.now()).toISOString().replace(/\.\d+/, '');
	return commitObject(
		state,
		type,
		composeNewObject({ type, namespace, name, uid, creationTimestamp }, incoming),
	);
}

function checkNewcomer(namespace: string, metadata: IncomingMetadata): void {
	if ((metadata.resourceVersion ?? '') !== '') {
		throw refuseBadRequest('resourceVersion should not be set on objects to be created');
	}
	if (metadata.name === undefined && metadata.generateName === undefined) {
		throw refuseBadRequest('name or generateName is required');
	}
	if ((metadata.namespace ?? namespace) !== namespace) {
		throw refuseBadRequest(
			'the namespace of the provided object does not match the namespace sent on the request',
		);
	}
}

function formatCount(count: number, digits: number): string {
	return count.toString(16).padStart(digits, '0');
}

function replaceObject(
	state: State,
	key: ObjectKey,
	incoming: IncomingObject,
	options: UpdateOptions,
): StoredObject {
	const { type } = openShelf(state, key);
	const current = getObject(state, key);
	checkUpdate({ type, current, incoming: incoming.metadata, patched: options.patched });
	const next = composeNextObject(type, current, incoming, options);
	return isDeepStrictEqual(next, current) ? current : commitObject(state, type, next, current);
}

function commitObject(
	state: State,
	resource: ResourceType,
	next: StoredObject,
	previous?: StoredObject,
): StoredObject {
	const resourceVersion = String(++state.resourceVersion);
	const object = freezeDeeply({ ...next, metadata: { ...next.metadata, resourceVersion } });
	state.shelves.get(resource)?.put(object);
	state.log.append(
		previous === undefined
			? { resource, type: 'ADDED', object, resourceVersion }
			: { resource, type: 'MODIFIED', object, resourceVersion, previous },
	);
	return object;
}

function deleteObject(state: State, key: ObjectKey): StoredObject {
	const { type, shelf } = openShelf(state, key);
	const object = getObject(state, key);
	if (type.kind === 'Namespace') emptyNamespace(state, key.name);
	shelf.remove(object);
	const resourceVersion = String(++state.resourceVersion);
	const buried = buryObject(object, resourceVersion);
	state.log.append({ resource: type, type: 'DELETED', object: buried, resourceVersion });
	return object;
}

/** At once, where a real cluster's namespace controller takes its time. */
function emptyNamespace(state: State, namespace: string): void {
	for (const [{ group, plural }, shelf] of state.shelves) {
		for (const { metadata } of shelf.list()) {
			if (metadata.namespace !== namespace) continue;
			deleteObject(state, { group, plural, namespace, name: metadata.name });
		}
	}
}

function freezeDeeply<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
	for (const part of Object.values(value)) freezeDeeply(part);
	return Object.freeze(value);
}
