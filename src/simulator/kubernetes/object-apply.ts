import { isDeepStrictEqual } from 'node:util';
import { type ApiStatusError, refuse, refuseBadRequest, refuseConflict } from './api-status.ts';
import { findMisfit } from './apply-schema.ts';
import { type IncomingMetadata, readIncoming } from './incoming-object.ts';
import { readOwnerships, selectOwned } from './managed-fields.ts';
import type { ApplyOptions, ObjectKey } from './object-store.ts';
import { addObject, describeWriter, replaceObject } from './object-writes.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';
import { applyManifest } from './server-side-apply.ts';
import { openShelf, type StoreState } from './store-state.ts';
import type { StoredObject } from './stored-object.ts';

/** See `ObjectStore.apply`. */
export function applyObject(
	state: StoreState,
	key: ObjectKey,
	body: unknown,
	options: ApplyOptions,
): StoredObject {
	const version = options.version ?? readVersion(key, body);
	const { type, shelf } = openShelf(state, key, version);
	const live = shelf.get(key.namespace, key.name);
	checkManifest(type, key, body, version);
	if (live === undefined) checkNamed(key, body);
	const manifest = readIncoming(type, body, version);
	const misfit = findMisfit(type, manifest);
	if (misfit !== undefined) throw refuseMisfit(type, version, key.name, misfit);
	const { metadata, fields } = manifest;
	const applied = applyManifest({
		live: live && selectOwned(live),
		manifest: selectOwned({ metadata, ...fields }),
		ownerships: readOwnerships(live?.metadata.managedFields),
		writer: { ...describeWriter(state, type, { version }, options), operation: 'Apply' },
		force: options.force ?? false,
	});
	const { metadata: merged, ...after } = applied.object;
	const incoming = {
		version,
		metadata: { ...(merged as IncomingMetadata), ...selectIdentity(metadata) },
		fields: after,
	};
	const settle = () => applied.ownerships;
	if (live !== undefined) {
		const { resourceVersion = live.metadata.resourceVersion } = metadata;
		const based = { ...incoming, metadata: { ...incoming.metadata, resourceVersion } };
		return replaceObject(state, key, based, { ...options, version, patched: true, settle });
	}
	checkAbsent(type, metadata);
	return addObject(state, key, incoming, settle);
}

/** The version that the manifest is written in. */
function readVersion({ group }: ObjectKey, body: unknown): string {
	const { apiVersion } = Object(body);
	return String(apiVersion).slice(group === '' ? 0 : group.length + 1);
}

function checkManifest(type: ResourceType, key: ObjectKey, body: unknown, version: string): void {
	const { apiVersion = '/', kind = '', metadata } = Object(body);
	if (apiVersion !== formatApiVersion(type.group, version) || kind !== type.kind) {
		throw refuseBadRequest(`invalid object type: ${apiVersion}, Kind=${kind}`);
	}
	const { name = key.name, managedFields } = Object(metadata);
	if (name !== key.name) {
		throw refuseBadRequest(
			`the name of the object (${name}) does not match the name on the URL (${key.name})`,
		);
	}
	if (!isDeepStrictEqual(managedFields ?? [], []))
		throw refuseBadRequest('metadata.managedFields must be nil');
}

/** Where there is an object, the manifest need not repeat its name. */
function checkNamed({ name }: ObjectKey, body: unknown): void {
	if (Object(Object(body).metadata).name !== undefined) return;
	throw refuseBadRequest(
		`the name of the object (${name} based on URL) was undeterminable: name must be provided`,
	);
}

function selectIdentity({ name, namespace, uid, resourceVersion }: IncomingMetadata): IncomingMetadata {
	return {
		...(name === undefined ? {} : { name }),
		...(namespace === undefined ? {} : { namespace }),
		...(uid === undefined ? {} : { uid }),
		...(resourceVersion === undefined ? {} : { resourceVersion }),
	};
}

/** A version to be based on does not keep a real server from creating the object; a uid does. */
function checkAbsent(type: ResourceType, { name = '', uid }: IncomingMetadata): void {
	if (uid === undefined) return;
	const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
	throw refuseConflict(type, name, why);
}

/** An apply fails where it is typed, before anything is validated: not as its sender's fault. */
function refuseMisfit(type: ResourceType, version: string, name: string, misfit: string): ApiStatusError {
	const groupVersion = `${type.group}/${version}`;
	const subject = `(/${name}; ${groupVersion}, Kind=${type.kind})`;
	const message = `failed to create typed patch object ${subject}: ${misfit}`;
	return refuse({ code: 500, message });
}
