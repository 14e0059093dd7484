import { z } from 'zod';
import { refuseBadRequest } from './api-status.ts';
import type { Fields } from './fields.ts';
import { formatApiVersion, type ResourceType } from './resource-types.ts';

/** The metadata a client may send; fields of no interest here are kept as they are. */
export interface IncomingMetadata {
	readonly name?: string;
	readonly generateName?: string;
	readonly namespace?: string;
	readonly uid?: string;
	readonly resourceVersion?: string;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly finalizers?: readonly string[];
}

const text = z.string().exactOptional();
const texts = z.record(z.string(), z.string()).exactOptional();

const metadataSchema = z.looseObject({
	managedFields: z.unknown().optional(),
	deletionTimestamp: z.unknown().optional(),
	deletionGracePeriodSeconds: z.unknown().optional(),
	name: text,
	generateName: text,
	namespace: text,
	uid: text,
	resourceVersion: text,
	labels: texts,
	annotations: texts,
	finalizers: z.array(z.string()).exactOptional(),
});

const bodySchema = z.looseObject({
	apiVersion: z.string().optional(),
	kind: z.string().optional(),
	metadata: metadataSchema.prefault({}),
});

/** What a client sent, taken apart but not yet validated. */
export interface IncomingObject {
	readonly version: string;
	readonly metadata: IncomingMetadata;
	/** `metadata.managedFields` as the client read it, or changed it. */
	readonly managedFields?: unknown;
	readonly fields: Fields;
}

/**
 * Reads an object of a type: a copy, free of `undefined`. An absent apiVersion or kind is taken as meant.
 * Throws 400 when it is no object, of another kind, or speaks a version other than `version` or those served.
 */
export function readIncoming(type: ResourceType, body: unknown, version?: string): IncomingObject {
	const parsed = bodySchema.safeParse(JSON.parse(JSON.stringify(body ?? null)));
	if (!parsed.success) throw refuseBadRequest(`the object provided is unrecognized: ${parsed.error.message}`);
	const { apiVersion, kind = type.kind, metadata, ...fields } = parsed.data;
	const spoken = type.versions.find((served) => formatApiVersion(type.group, served) === apiVersion);
	const expected = version ?? spoken ?? type.storageVersion;
	if (apiVersion !== undefined && spoken !== expected) {
		const expectedName = formatApiVersion(type.group, expected);
		throw refuseBadRequest(
			`the API version in the data (${apiVersion}) does not match the expected API version (${expectedName})`,
		);
	}
	if (kind !== type.kind) {
		throw refuseBadRequest(
			`${kind} in version "${expected}" cannot be handled as a ${type.kind}: the kinds do not match`,
		);
	}
	const {
		managedFields,
		deletionTimestamp: _deletionTimestamp,
		deletionGracePeriodSeconds: _deletionGracePeriodSeconds,
		...given
	} = metadata;
	return { version: expected, metadata: given, managedFields, fields };
}
