import type { KubernetesObject } from '../../model/ports/cluster.ts';
import {
	type ApiStatusError,
	refuseBadRequest,
	refuseConflict,
	refuseInvalid,
	staleVersion,
} from './api-status.ts';
import type { IncomingMetadata } from './incoming-object.ts';
import type { ResourceType } from './resource-types.ts';

export interface Update {
	readonly type: ResourceType;
	readonly current: KubernetesObject;
	readonly incoming: IncomingMetadata;
	/** A patch may try to change what a PUT names wrongly: refused in other words. */
	readonly patched: boolean;
}

/** What must hold before an object may be replaced: the same object, at the version it was read. */
export function checkUpdate(update: Update): void {
	const { current, incoming, patched } = update;
	const { namespace = '' } = current.metadata;
	if ((incoming.namespace ?? namespace) !== namespace) {
		throw refuseBadRequest(
			'the namespace of the provided object does not match the namespace sent on the request',
		);
	}
	if (patched) checkImmutable(update);
	else checkSameObject(update);
	checkVersion(update);
}

function checkImmutable({ type, current: { metadata }, incoming }: Update): void {
	for (const field of ['name', 'uid'] as const) {
		const value = incoming[field] ?? metadata[field];
		if (value === metadata[field]) continue;
		const message = `Invalid value: ${JSON.stringify(value)}: field is immutable`;
		throw refuseInvalid(type, metadata.name, [
			{ reason: 'FieldValueInvalid', message, field: `metadata.${field}` },
		]);
	}
}

function checkSameObject({ type, current: { metadata }, incoming }: Update): void {
	const { name = metadata.name, uid = metadata.uid } = incoming;
	if (name !== metadata.name) {
		throw refuseBadRequest(
			`the name of the object (${name}) does not match the name on the URL (${metadata.name})`,
		);
	}
	if (uid !== metadata.uid) {
		const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
		throw refuseConflict(type, name, why);
	}
}

function checkVersion({ type, current, incoming }: Update): void {
	const { name, resourceVersion } = current.metadata;
	const based = incoming.resourceVersion ?? '';
	if (based === resourceVersion) return;
	if (based !== '' && based !== '0') throw refuseConflict(type, name, staleVersion);
	if (!type.unconditionalUpdate) throw refuseUnconditional(type, name);
}

/** An update that says nothing of what it is based on. */
function refuseUnconditional(type: ResourceType, name: string): ApiStatusError {
	const message = 'Invalid value: 0: must be specified for an update';
	const causes = [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' } as const];
	// Worded with the type's plural, as nothing else is.
	return refuseInvalid({ ...type, kind: type.plural }, name, causes);
}
