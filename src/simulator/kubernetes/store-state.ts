import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../model/ports/clock.ts';
import { refuseNotFound, refuseUnknownPath } from './api-status.ts';
import { buryObject, type EventLog } from './event-log.ts';
import type { ObjectShelf } from './object-shelf.ts';
import type { ObjectKey, TypeKey } from './object-store.ts';
import { findResourceType, type ResourceType } from './resource-types.ts';
import type { StoredObject } from './stored-object.ts';

/** What a store holds. */
export interface StoreState {
	readonly clock: Clock;
	readonly log: EventLog;
	readonly shelves: ReadonlyMap<ResourceType, ObjectShelf>;
	/** Types that are not served in all of their versions, and in which they are. */
	readonly served: Map<ResourceType, readonly string[]>;
	resourceVersion: number;
	/** How many creations were asked for: uids and generated names are made of it. */
	created: number;
}

export interface OpenShelf {
	readonly type: ResourceType;
	readonly shelf: ObjectShelf;
}

/** Throws 404 for a type that is not served, or not in this version. */
export function openShelf(state: StoreState, key: TypeKey, version?: string): OpenShelf {
	const type = findResourceType(key.group, key.plural);
	const shelf = type && state.shelves.get(type);
	if (type === undefined || shelf === undefined) throw refuseUnknownPath();
	const served = state.served.get(type) ?? type.versions;
	if (served.length === 0 || !served.includes(version ?? served[0] ?? '')) throw refuseUnknownPath();
	return { type, shelf };
}

/** Throws 404. */
export function getObject(state: StoreState, key: ObjectKey): StoredObject {
	const { type, shelf } = openShelf(state, key);
	const object = shelf.get(key.namespace, key.name);
	if (object === undefined) throw refuseNotFound(type, key.name);
	return object;
}

/** RFC 3339, to the second. */
export function formatNow({ clock }: StoreState): string {
	return new Date(clock.now()).toISOString().replace(/\.\d+/, '');
}

/** Stores an object under the next version, unless it is as it was: when its fields were written does not count. */
export function commitObject(
	state: StoreState,
	resource: ResourceType,
	next: StoredObject,
	previous?: StoredObject,
): StoredObject {
	if (previous !== undefined && isDeepStrictEqual(withoutTimes(next), withoutTimes(previous)))
		return previous;
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

export function removeObject(state: StoreState, resource: ResourceType, object: StoredObject): void {
	state.shelves.get(resource)?.remove(object);
	const resourceVersion = String(++state.resourceVersion);
	state.log.append({
		resource,
		type: 'DELETED',
		object: buryObject(object, resourceVersion),
		resourceVersion,
	});
}

function withoutTimes({ metadata, ...fields }: StoredObject): object {
	const managedFields = metadata.managedFields?.map(({ time: _time, ...entry }) => entry);
	return { ...fields, metadata: { ...metadata, managedFields } };
}

function freezeDeeply<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
	for (const part of Object.values(value)) freezeDeeply(part);
	return Object.freeze(value);
}
