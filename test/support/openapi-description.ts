// Holds requests to a server, and its answers, against its published description (OpenAPI 3.0).
import { Ajv, type ValidateFunction } from 'ajv';
import type { OpenApi } from './openapi-extract.ts';
import { completeAnswer, type Schema } from './openapi-samples.ts';

export interface ApiRequest {
	readonly method: string;
	/** As it was sent, below the root of the API, without the query. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly contentType: string | undefined;
	/** Parsed; absent where there is none. */
	readonly body?: unknown;
}

/** A request as the description knows it. */
export interface ApiCall {
	/** `get /repos/{owner}/{repo}` */
	readonly operation: string;
	/** Of the path, decoded. */
	readonly parameters: Readonly<Record<string, string>>;
	/** The answer's body, whole. Throws where the description has no such status, or no such body. */
	answer(status: number, body: unknown): unknown;
}

/** Throws an Error that says what is not allowed, and why. */
export type CheckCall = (request: ApiRequest) => ApiCall;

interface Parameter {
	readonly name: string;
	readonly in: 'path' | 'query' | 'header';
	readonly required?: boolean;
	readonly schema?: Schema;
}

interface Content {
	readonly [type: string]: { readonly schema?: Schema };
}

interface Operation {
	readonly parameters?: readonly unknown[];
	readonly requestBody?: { readonly required?: boolean; readonly content: Content };
	readonly responses: Readonly<Record<string, unknown>>;
}

/**
 * Stricter than the description where a typing error would pass: a request has no property of which it does not tell.
 * `extra` are statuses that any call may be answered with, whatever the body.
 */
export function readDescription(document: OpenApi, extra: readonly number[]): CheckCall {
	const ajv = new Ajv({ strict: false, allErrors: false });
	for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
	ajv.addSchema({ $id: 'open', ...(translate(document, false) as object) });
	ajv.addSchema({ $id: 'closed', ...(translate(document, true) as object) });
	const compiled = new Map<string, ValidateFunction>();
	const resolve = (ref: string): Schema => {
		const [, , kind = '', name = ''] = ref.split('/');
		const found = document.components[kind]?.[name];
		if (found === undefined) throw new Error(`${ref} leads nowhere`);
		return found as Schema;
	};
	const deref = <T>(value: unknown): T => {
		const { $ref: ref } = value as { readonly $ref?: string };
		return (ref === undefined ? value : resolve(ref)) as T;
	};
	const check = (schema: Schema, value: unknown, isClosed: boolean, what: string): void => {
		const key = `${isClosed} ${JSON.stringify(schema)}`;
		const id = isClosed ? 'closed' : 'open';
		const known = compiled.get(key) ?? ajv.compile(pointInto(translate(schema, isClosed), id) as object);
		compiled.set(key, known);
		if (!known(value)) throw new Error(`${what}: ${ajv.errorsText(known.errors)}`);
	};

	return (request) => {
		const { operation, parameters, template } = findOperation(document, request);
		const name = `${request.method.toLowerCase()} ${template}`;
		const declared = (operation.parameters ?? []).map((each) => deref<Parameter>(each));
		for (const each of declared.filter(({ in: place }) => place === 'path')) {
			check(
				each.schema ?? {},
				coerce(parameters[each.name] ?? '', each.schema),
				true,
				`${name}: ${each.name}`,
			);
		}
		checkQuery(request, name, declared, check);
		checkBody(request, name, operation, check);
		return {
			operation: name,
			parameters,
			answer(status, body) {
				const schema = findAnswer(operation, status, extra, deref);
				if (schema === undefined) {
					if (body !== undefined && !extra.includes(status))
						throw new Error(`${name}: ${status} has no body`);
					return body;
				}
				const whole = completeAnswer(schema, body, resolve);
				check(schema, whole, false, `${name}: answer ${status}`);
				return whole;
			},
		};
	};
}

/** The schema of an answer's body; `undefined` where there is none, or where it may be any. */
function findAnswer(
	operation: Operation,
	status: number,
	extra: readonly number[],
	deref: <T>(value: unknown) => T,
): Schema | undefined {
	const described = operation.responses[String(status)];
	if (described === undefined) {
		if (extra.includes(status)) return undefined;
		throw new Error(`there is no answer ${status}`);
	}
	return deref<{ readonly content?: Content }>(described).content?.['application/json']?.schema;
}

type Check = (schema: Schema, value: unknown, isClosed: boolean, what: string) => void;

function findOperation(document: OpenApi, { method, path }: ApiRequest) {
	const segments = path.split('/');
	const rank = (template: string): string => template.replace(/\{[^}]*\}/g, '~');
	const templates = Object.keys(document.paths).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
	for (const template of templates) {
		const parameters = matchPath(template.split('/'), segments);
		const operation = document.paths[template]?.[method.toLowerCase()] as Operation | undefined;
		if (parameters !== undefined && operation !== undefined) return { operation, parameters, template };
	}
	throw new Error(`no operation ${method} ${path}`);
}

function matchPath(
	template: readonly string[],
	segments: readonly string[],
): Record<string, string> | undefined {
	if (template.length !== segments.length) return undefined;
	const found: Record<string, string> = {};
	for (const [index, part] of template.entries()) {
		const segment = segments[index] ?? '';
		const name = /^\{(.*)\}$/.exec(part)?.[1];
		if (name === undefined && part !== segment) return undefined;
		if (name !== undefined) {
			if (segment === '') return undefined;
			found[name] = decodeURIComponent(segment);
		}
	}
	return found;
}

function checkQuery(request: ApiRequest, name: string, declared: readonly Parameter[], check: Check): void {
	const known = new Map(declared.filter((each) => each.in === 'query').map((each) => [each.name, each]));
	for (const [key, value] of request.query) {
		const parameter = known.get(key);
		if (parameter === undefined) throw new Error(`${name} has no parameter ${key}`);
		check(parameter.schema ?? {}, coerce(value, parameter.schema), true, `${name}?${key}`);
	}
	for (const { name: key, required } of known.values()) {
		if (required === true && !request.query.has(key)) throw new Error(`${name} lacks its parameter ${key}`);
	}
}

function checkBody(
	{ body, contentType }: ApiRequest,
	name: string,
	operation: Operation,
	check: Check,
): void {
	const described = operation.requestBody;
	if (body === undefined) {
		if (described?.required === true) throw new Error(`${name} has no body`);
		return;
	}
	const type = contentType?.split(';')[0]?.trim() ?? '';
	const schema = described?.content[type]?.schema;
	if (schema === undefined) throw new Error(`${name} takes no body of type ${type}`);
	check(schema, body, true, `${name}: body`);
}

/** What a path or a query says is text. */
function coerce(text: string, schema: Schema | undefined): unknown {
	const types = [schema, ...((schema?.['oneOf'] ?? []) as readonly Schema[])].map((each) => each?.['type']);
	if (types.some((type) => type === 'integer' || type === 'number') && /^-?\d+$/.test(text))
		return Number(text);
	if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
	return types.includes('array') ? text.split(',') : text;
}

/** From OpenAPI 3.0 to JSON Schema: `nullable`; closed objects have no property but those that are told. */
function translate(value: unknown, isClosed: boolean, isNames = false): unknown {
	if (Array.isArray(value)) return value.map((each) => translate(each, isClosed));
	if (typeof value !== 'object' || value === null) return value;
	const { nullable, ...rest } = value as { readonly nullable?: unknown } & Schema;
	const plain = isNames ? value : rest;
	const whole: Record<string, unknown> = Object.fromEntries(
		Object.entries(plain).map(([key, each]) => [
			key,
			translate(each, isClosed, !isNames && key === 'properties'),
		]),
	);
	if (isNames) return whole;
	if (isClosed && typeof whole['properties'] === 'object' && whole['additionalProperties'] === undefined) {
		whole['additionalProperties'] = false;
	}
	return nullable === true ? { anyOf: [{ type: 'null' }, whole] } : whole;
}

function pointInto(value: unknown, id: string): unknown {
	if (Array.isArray(value)) return value.map((each) => pointInto(each, id));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, each]) => [
			key,
			key === '$ref' && typeof each === 'string' ? `${id}${each}` : pointInto(each, id),
		]),
	);
}

const formats: Readonly<Record<string, RegExp | true>> = {
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
	date: /^\d{4}-\d\d-\d\d$/,
	uri: /^[a-z]+:\S+$/,
	email: true,
	int64: true,
	'repo.nwo': true,
	ipv4: true,
};
