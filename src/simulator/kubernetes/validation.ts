import { z } from 'zod';
import { type ApiStatusError, refuseBadRequest, refuseInvalid, type StatusCause } from './api-status.ts';
import { fieldSchemas } from './field-schemas.ts';
import type { Fields } from './fields.ts';
import { formatGroupResource, type ResourceType } from './resource-types.ts';

/** Whose fields are validated. */
export interface Subject {
	readonly type: ResourceType;
	readonly version: string;
	readonly namespace: string;
	readonly name: string;
	/** A patch made them. */
	readonly patched: boolean;
}

/**
 * The fields defaulted and, for custom types, pruned. Throws 422, or 400 for a wrong type in a built-in that no
 * patch has brought in.
 */
export function admitFields(subject: Subject, fields: Fields): Fields {
	const { type, version, name } = subject;
	const admitted = fieldSchemas[formatGroupResource(type)]?.[version]?.safeParse(fields, {
		reportInput: true,
	});
	if (admitted === undefined) throw refuseBadRequest(`no kind "${type.kind}" in version "${version}"`);
	if (!admitted.success) throw refuseFields(subject, admitted.error.issues);
	const causes = [
		...checkName(subject),
		...checkEvent(subject, admitted.data),
		...checkKeys(subject, admitted.data),
	];
	if (causes.length > 0) throw refuseInvalid(type, name, causes);
	return admitted.data;
}

function refuseFields(subject: Subject, issues: readonly z.core.$ZodIssue[]): ApiStatusError {
	const { type, version, name, patched } = subject;
	const causes = issues.map(describeIssue);
	const mistyped = causes.find(({ reason }) => reason === 'FieldValueTypeInvalid');
	if (type.custom || mistyped === undefined) return refuseInvalid(type, name, causes);
	// A built-in type fails to decode before it can be validated.
	const { message } = mistyped;
	if (patched) return refuseInvalid(type, name, [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
	return refuseBadRequest(
		`${type.kind} in version "${version}" cannot be handled as a ${type.kind}: ${message}`,
	);
}

function describeIssue(issue: z.core.$ZodIssue): StatusCause {
	const field = issue.path.reduce<string>(
		(path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}${path && '.'}${String(step)}`),
		'',
	);
	const { input } = issue;
	if (input === undefined) return { reason: 'FieldValueRequired', message: 'Required value', field };
	if (issue.code === 'custom' && issue.params?.['undecodable'] === true) {
		return { reason: 'FieldValueTypeInvalid', message: issue.message, field };
	}
	if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') {
		const place = issue.message.startsWith('in body') ? `${field} ` : '';
		const message = `Invalid value: ${JSON.stringify(input)}: ${place}${issue.message}`;
		return { reason: 'FieldValueInvalid', message, field };
	}
	const got = `"${nameType(input)}"`;
	const message = `Invalid value: ${got}: ${field} in body must be of type ${issue.message}: ${got}`;
	return { reason: 'FieldValueTypeInvalid', message, field };
}

/** A value's type in JSON Schema's words. */
function nameType(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const dns1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

function checkName({ type, name }: Subject): StatusCause[] {
	const [pattern, longest, rule] = nameRule(type.kind);
	if (name.length <= longest && new RegExp(`^${pattern}$`).test(name)) return [];
	const message = `Invalid value: ${JSON.stringify(name)}: ${rule} (regex used for validation is '${pattern}')`;
	return [{ reason: 'FieldValueInvalid', message, field: 'metadata.name' }];
}

function nameRule(kind: string): readonly [pattern: string, longest: number, rule: string] {
	switch (kind) {
		case 'Service':
			return [dns1035, 63, 'a DNS-1035 label starts with a letter and holds only a-z, 0-9 and -'];
		case 'Namespace':
			return [label, 63, 'a lowercase RFC 1123 label holds only a-z, 0-9 and -'];
		default:
			return [subdomain, 253, 'a lowercase RFC 1123 subdomain holds only a-z, 0-9, - and .'];
	}
}

const involvedNamespace = z.looseObject({ namespace: z.string().default('') });

/** An Event lives in the namespace of what it is about. */
function checkEvent({ type, namespace }: Subject, fields: Fields): StatusCause[] {
	if (type.kind !== 'Event') return [];
	const involved = involvedNamespace.parse(fields['involvedObject']).namespace;
	if (involved === namespace || (involved === '' && namespace === 'default')) return [];
	const message = `Invalid value: ${JSON.stringify(involved)}: does not match event.namespace`;
	return [{ reason: 'FieldValueInvalid', message, field: 'involvedObject.namespace' }];
}

const keyed: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

function checkKeys({ type }: Subject, { data }: Fields): StatusCause[] {
	if (!keyed.has(type.kind)) return [];
	const keys = Object.keys(data ?? {}).filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key));
	return keys.map((key) => {
		const rule = `a valid config key holds only a-z, A-Z, 0-9, -, _ and . (regex used for validation is '[-._a-zA-Z0-9]+')`;
		const message = `Invalid value: ${JSON.stringify(key)}: ${rule}`;
		return { reason: 'FieldValueInvalid', message, field: `data[${key}]` };
	});
}
