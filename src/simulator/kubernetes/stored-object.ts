import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject, ManagedFields } from '../../model/ports/cluster.ts';
import type { Fields } from './fields.ts';
import type { IncomingMetadata, IncomingObject } from './incoming-object.ts';
import type { WriteOptions } from './object-store.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';
import { admitFields } from './validation.ts';

/** An object in its storage version, with what the server itself writes into metadata. */
export interface StoredObject extends KubernetesObject {
	readonly metadata: KubernetesObject['metadata'] & {
		readonly creationTimestamp: string;
		readonly generation?: number;
		readonly finalizers?: readonly string[];
		readonly deletionGracePeriodSeconds?: number;
	};
}

export interface Birth {
	readonly type: ResourceType;
	readonly namespace: string;
	readonly name: string;
	readonly uid: string;
	/** RFC 3339, to the second. */
	readonly creationTimestamp: string;
}

/** The object a create request makes; its resourceVersion is still to be given. Throws 400 and 422. */
export function composeNewObject(birth: Birth, { version, metadata, fields }: IncomingObject): StoredObject {
	const { type, namespace, name, uid, creationTimestamp } = birth;
	const subject = { type, version, namespace, name, patched: false };
	const admitted = admitFields(subject, splitStatus(type, fields).rest);
	return {
		...describeType(type),
		metadata: {
			...labelNamespace(type, name, metadata),
			name,
			...(type.namespaced ? { namespace } : {}),
			uid,
			resourceVersion: '',
			...(type.generational ? { generation: 1 } : {}),
			creationTimestamp,
		},
		...admitted,
	};
}

export interface UpdateOptions extends WriteOptions {
	readonly patched: boolean;
}

/**
 * The object an update makes of `current`; equal to it when nothing changes. A status write leaves all else as
 * it is, any other write leaves the status. Throws 400 and 422.
 */
export function composeNextObject(
	type: ResourceType,
	current: StoredObject,
	{ version, metadata, fields }: IncomingObject,
	{ subresource, patched }: UpdateOptions,
): StoredObject {
	const { apiVersion: _apiVersion, kind: _kind, metadata: kept, ...before } = current;
	const old = splitStatus(type, before);
	const wanted = splitStatus(type, fields);
	const after =
		subresource === 'status' ? { ...old.rest, ...wanted.status } : { ...wanted.rest, ...old.status };
	const { name, namespace = '' } = kept;
	const admitted = admitFields({ type, version, namespace, name, patched }, after);
	const next: StoredObject = {
		...describeType(type),
		metadata: subresource === 'status' ? kept : { ...metadata, ...selectSystemMetadata(kept) },
		...admitted,
	};
	const { generation } = kept;
	if (generation === undefined || isDeepStrictEqual(splitStatus(type, admitted).rest, old.rest)) return next;
	return { ...next, metadata: { ...next.metadata, generation: generation + 1 } };
}

function describeType({ group, storageVersion, kind }: ResourceType): { apiVersion: string; kind: string } {
	return { apiVersion: formatApiVersion(group, storageVersion), kind };
}

/** Separates the status of types that have it as a subresource. */
function splitStatus(type: ResourceType, fields: Fields): { rest: Fields; status: Fields } {
	if (!type.subresources.includes('status')) return { rest: fields, status: {} };
	const { status, ...rest } = fields;
	return { rest, status: status === undefined ? {} : { status } };
}

/** The object owned as told, by nobody where nobody is named. */
export function withManagedFields(object: StoredObject, managed: readonly ManagedFields[]): StoredObject {
	const { managedFields: _managedFields, ...metadata } = object.metadata;
	const owned = managed.length === 0 ? metadata : { ...metadata, managedFields: managed };
	return { ...object, metadata: owned };
}

function selectSystemMetadata(metadata: StoredObject['metadata']): StoredObject['metadata'] {
	const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = metadata;
	const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
	return {
		name,
		...(namespace === undefined ? {} : { namespace }),
		uid,
		resourceVersion,
		...(generation === undefined ? {} : { generation }),
		creationTimestamp,
		...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
		...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
	};
}

function labelNamespace(type: ResourceType, name: string, metadata: IncomingMetadata): IncomingMetadata {
	if (type.kind !== 'Namespace') return metadata;
	return { ...metadata, labels: { ...metadata.labels, 'kubernetes.io/metadata.name': name } };
}
