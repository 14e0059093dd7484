import type { ManagedFields } from '../../model/ports/cluster.ts';
import { isRecord } from '../../model/unstructured.ts';
import { compareFields } from './field-comparison.ts';
import {
	type FieldSet,
	formatFields,
	noFields,
	parseFields,
	subtractFields,
	uniteFields,
} from './field-sets.ts';

/** Who writes, and how. */
export interface Writer {
	readonly manager: string;
	readonly operation: 'Apply' | 'Update';
	/** The version that the write speaks. */
	readonly apiVersion: string;
	readonly subresource?: string;
}

/** What one writer set last. */
export interface Ownership extends Writer {
	/** RFC 3339, to the second; absent where the writer has changed nothing but who owns what. */
	readonly time?: string;
	readonly fields: FieldSet;
}

/** The part of an object whose fields have owners. */
export type OwnedPart = Readonly<Record<string, unknown>>;

/** What the server writes into metadata, which nobody owns. */
const systemMetadata: ReadonlySet<string> = new Set([
	'name',
	'namespace',
	'uid',
	'resourceVersion',
	'generation',
	'creationTimestamp',
	'deletionTimestamp',
	'deletionGracePeriodSeconds',
	'managedFields',
]);

/** An object without what nobody owns; `metadata` is there even when it is empty. */
export function selectOwned(object: Readonly<Record<string, unknown>>): OwnedPart {
	const { apiVersion: _apiVersion, kind: _kind, metadata, ...fields } = object;
	const entries = Object.entries(isRecord(metadata) ? metadata : {});
	return { ...fields, metadata: Object.fromEntries(entries.filter(([key]) => !systemMetadata.has(key))) };
}

/** Whether a client asks for nobody to own anything: a list of one empty entry. */
export function isOwnershipReset(managedFields: unknown): boolean {
	return JSON.stringify(managedFields) === '[{}]';
}

/** The entries of `metadata.managedFields` that can be read. */
export function readOwnerships(managedFields: unknown): readonly Ownership[] {
	if (!Array.isArray(managedFields)) return [];
	return managedFields.filter(isRecord).flatMap((entry) => {
		const { manager, operation, apiVersion, time, subresource, fieldsV1 } = entry;
		if (operation !== 'Apply' && operation !== 'Update') return [];
		return [
			{
				manager: String(manager),
				operation,
				apiVersion: String(apiVersion),
				...(typeof subresource === 'string' ? { subresource } : {}),
				...(typeof time === 'string' ? { time } : {}),
				fields: parseFields(fieldsV1),
			},
		];
	});
}

/** `metadata.managedFields`, in a real server's order; nothing where nobody owns anything. */
export function writeOwnerships(ownerships: readonly Ownership[]): readonly ManagedFields[] {
	return ownerships
		.filter(({ fields }) => fields.size > 0)
		.sort((a, b) => compareTexts(orderOf(a), orderOf(b)))
		.map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
			manager,
			operation,
			apiVersion,
			...(time === undefined ? {} : { time }),
			fieldsType: 'FieldsV1',
			fieldsV1: formatFields(fields),
			...(subresource === undefined ? {} : { subresource }),
		}));
}

function orderOf({ operation, time = '', manager, apiVersion, subresource = '' }: Ownership): string {
	return [operation, time, manager, apiVersion, subresource].join('\n');
}

function compareTexts(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

/** A manager has one entry for what it applies, and one for each version it updates by. */
export function isSameWriter(one: Writer, other: Writer): boolean {
	return (
		one.manager === other.manager &&
		one.operation === other.operation &&
		one.subresource === other.subresource &&
		(one.operation === 'Apply' || one.apiVersion === other.apiVersion)
	);
}

/** Who owns what after a write that was no apply: its writer, all that it changed. */
export function recordUpdate(
	ownerships: readonly Ownership[],
	before: OwnedPart,
	after: OwnedPart,
	writer: Writer & { readonly time: string },
): readonly Ownership[] {
	const { added, modified, removed } = compareFields(before, after);
	const written = uniteFields(added, modified);
	const left = ownerships.map((each) => ({
		...each,
		fields: subtractFields(each.fields, written, removed),
	}));
	if (written.size === 0) return left;
	const own = left.find((each) => isSameWriter(each, writer))?.fields ?? noFields;
	const others = left.filter((each) => !isSameWriter(each, writer));
	return [...others, { ...writer, fields: uniteFields(own, written) }];
}
