import { refuseAlreadyExists, refuseBadRequest, refuseTerminating } from './api-status.ts';
import { type IncomingMetadata, type IncomingObject, readIncoming } from './incoming-object.ts';
import {
	isOwnershipReset,
	type OwnedPart,
	type Ownership,
	readOwnerships,
	recordUpdate,
	selectOwned,
	type Writer,
	writeOwnerships,
} from './managed-fields.ts';
import type { ObjectKey, WriteOptions } from './object-store.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';
import {
	commitObject,
	formatNow,
	getObject,
	openShelf,
	removeObject,
	type StoreState,
} from './store-state.ts';
import {
	composeNewObject,
	composeNextObject,
	type StoredObject,
	type UpdateOptions,
	withManagedFields,
} from './stored-object.ts';
import { checkUpdate } from './update-rules.ts';

type Place = Omit<ObjectKey, 'name'>;

/** Who owns what after a write; without it, the writer owns what it has changed. */
type Settle = (object: StoredObject) => readonly Ownership[];

export function createObject(
	state: StoreState,
	place: Place,
	body: unknown,
	options: WriteOptions = {},
): StoredObject {
	const { type } = openShelf(state, place, options.version);
	const incoming = readIncoming(type, body, options.version);
	if ((incoming.metadata.resourceVersion ?? '') !== '') {
		throw refuseBadRequest('resourceVersion should not be set on objects to be created');
	}
	return addObject(state, place, incoming, (object) => {
		const writer = describeWriter(state, type, incoming, options);
		return recordUpdate([], blankOf(type), withoutStatus(type, selectOwned(object)), writer);
	});
}

/** Creates an object that somebody owns already. Throws what a creation throws. */
export function addObject(
	state: StoreState,
	{ namespace, ...typeKey }: Place,
	incoming: IncomingObject,
	settle: Settle,
): StoredObject {
	const { type, shelf } = openShelf(state, typeKey);
	checkNewcomer(namespace, incoming.metadata);
	state.created += 1;
	const { name = `${incoming.metadata.generateName}${formatCount(state.created, 5)}` } = incoming.metadata;
	if (type.namespaced) checkNamespace(state, type, namespace, name);
	const present = shelf.get(namespace, name);
	if (present !== undefined) {
		throw refuseAlreadyExists(type, name, present.metadata.deletionTimestamp !== undefined);
	}
	const uid = `00000000-0000-4000-8000-${formatCount(state.created, 12)}`;
	const birth = { type, namespace, name, uid, creationTimestamp: formatNow(state) };
	const object = composeNewObject(birth, incoming);
	return commitObject(state, type, withManagedFields(object, writeOwnerships(settle(object))));
}

function checkNewcomer(namespace: string, metadata: IncomingMetadata): void {
	if (metadata.name === undefined && metadata.generateName === undefined) {
		throw refuseBadRequest('name or generateName is required');
	}
	if ((metadata.namespace ?? namespace) !== namespace) {
		throw refuseBadRequest(
			'the namespace of the provided object does not match the namespace sent on the request',
		);
	}
}

function checkNamespace(state: StoreState, type: ResourceType, namespace: string, name: string): void {
	const { metadata } = getObject(state, { group: '', plural: 'namespaces', namespace: '', name: namespace });
	if (metadata.deletionTimestamp !== undefined) throw refuseTerminating(type, name, namespace);
}

function formatCount(count: number, digits: number): string {
	return count.toString(16).padStart(digits, '0');
}

/** An update, or where the type allows it, a creation. */
export function updateObject(
	state: StoreState,
	key: ObjectKey,
	body: unknown,
	options: WriteOptions,
): StoredObject {
	const { type, shelf } = openShelf(state, key, options.version);
	const incoming = readIncoming(type, body, options.version);
	if (type.createOnUpdate && shelf.get(key.namespace, key.name) === undefined) {
		const { resourceVersion: _resourceVersion, ...metadata } = incoming.metadata;
		const { fields, version } = incoming;
		const apiVersion = formatApiVersion(type.group, version);
		return createObject(state, key, { ...fields, apiVersion, kind: type.kind, metadata }, options);
	}
	return replaceObject(state, key, incoming, { ...options, patched: false });
}

export interface ReplaceOptions extends UpdateOptions {
	readonly settle?: Settle;
}

/** Puts what came in the place of what is there; its last finalizer gone, what was deleted goes. */
export function replaceObject(
	state: StoreState,
	key: ObjectKey,
	incoming: IncomingObject,
	options: ReplaceOptions,
): StoredObject {
	const { type } = openShelf(state, key, options.version);
	const current = getObject(state, key);
	checkUpdate({ type, current, incoming: incoming.metadata, patched: options.patched });
	const composed = composeNextObject(type, current, incoming, options);
	const owned =
		options.settle?.(composed) ?? settleUpdate(state, { type, current, incoming, composed, options });
	const next = withManagedFields(composed, writeOwnerships(owned));
	const { deletionTimestamp, finalizers = [] } = next.metadata;
	if (deletionTimestamp === undefined || finalizers.length > 0)
		return commitObject(state, type, next, current);
	removeObject(state, type, next);
	return next;
}

interface Replacement {
	readonly type: ResourceType;
	readonly current: StoredObject;
	readonly incoming: IncomingObject;
	readonly composed: StoredObject;
	readonly options: UpdateOptions;
}

/** Where nothing is known of who owns what, as after a reset, an update adds nothing. */
function settleUpdate(
	state: StoreState,
	{ type, current, incoming, composed, options }: Replacement,
): readonly Ownership[] {
	const sent = incoming.managedFields;
	if (isOwnershipReset(sent)) return [];
	const given = options.subresource === undefined ? readOwnerships(sent) : [];
	const known = given.length > 0 ? given : readOwnerships(current.metadata.managedFields);
	if (known.length === 0) return [];
	const writer = describeWriter(state, type, incoming, options);
	return recordUpdate(known, selectOwned(current), selectOwned(composed), writer);
}

export function describeWriter(
	state: StoreState,
	type: ResourceType,
	{ version }: Pick<IncomingObject, 'version'>,
	{ manager = 'unknown', subresource }: WriteOptions,
): Writer & { readonly operation: 'Update'; readonly time: string } {
	return {
		manager,
		operation: 'Update',
		apiVersion: formatApiVersion(type.group, version),
		...(subresource === undefined ? {} : { subresource }),
		time: formatNow(state),
	};
}

/** What every object of a type has before anybody sets anything. */
function blankOf({ custom }: ResourceType): OwnedPart {
	return custom ? { metadata: {} } : { metadata: {}, spec: {} };
}

function withoutStatus(type: ResourceType, owned: OwnedPart): OwnedPart {
	if (!type.subresources.includes('status')) return owned;
	const { status: _status, ...rest } = owned;
	return rest;
}
