import type { z } from 'zod';
import { isRecord } from '../../model/unstructured.ts';
import { fieldSchemas } from './field-schemas.ts';
import type { IncomingObject } from './incoming-object.ts';
import { formatGroupResource, type ResourceType } from './resource-types.ts';

/** What a client may apply of metadata. */
const metadataFields: ReadonlySet<string> = new Set([
	'annotations',
	'creationTimestamp',
	'finalizers',
	'generateName',
	'labels',
	'managedFields',
	'name',
	'namespace',
	'ownerReferences',
	'resourceVersion',
	'uid',
]);

/** The types whose values an apply checks, in its words. Int-or-string takes any value at first. */
const typeNames: ReadonlyMap<string, string> = new Map([
	['array', 'list'],
	['object', 'map'],
	['string', 'string'],
	['integer', 'numeric (int or float)'],
	['number', 'numeric (int or float)'],
]);

/** Why a manifest does not fit the schema of its type, `undefined` where it does. */
export function findMisfit(
	type: ResourceType,
	{ version, metadata, fields }: IncomingObject,
): string | undefined {
	const unknown = Object.keys(metadata).find((field) => !metadataFields.has(field));
	if (unknown !== undefined) return `.metadata.${unknown}: field not declared in schema`;
	const parsed = fieldSchemas[formatGroupResource(type)]?.[version]?.safeParse(fields, { reportInput: true });
	if (parsed === undefined) return undefined;
	if (!parsed.success)
		return parsed.error.issues.map(describeMistyped).find((misfit) => misfit !== undefined);
	const undeclared = findUndeclared(fields, parsed.data, '');
	return undeclared === undefined ? undefined : `${undeclared}: field not declared in schema`;
}

function describeMistyped({ code, message, input, path }: z.core.$ZodIssue): string | undefined {
	const expected = typeNames.get(message);
	if (code !== 'invalid_type' || expected === undefined || input === undefined || input === null)
		return undefined;
	const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
	return `${place}: expected ${expected}, got ${Array.isArray(input) ? 'list' : typeof input}`;
}

/** The path of a field that the schema pruned away. */
function findUndeclared(given: unknown, kept: unknown, path: string): string | undefined {
	const below = (key: string, at: string) => {
		const [inner, outer] = [Object(given)[key], Object(kept)[key]];
		return outer === undefined && inner !== undefined ? at : findUndeclared(inner, outer, at);
	};
	const place = (key: string) => (Array.isArray(given) ? `${path}[${key}]` : `${path}.${key}`);
	const keys = Array.isArray(given) || isRecord(given) ? Object.keys(given) : [];
	return keys.map((key) => below(key, place(key))).find((found) => found !== undefined);
}
