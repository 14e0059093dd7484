// Answers by a published description: what a server under test does not care to say is filled in.

export type Schema = { readonly [keyword: string]: unknown };

/** Leads a `$ref` to its schema. */
export type Resolve = (ref: string) => Schema;

/**
 * Adds what the schema requires and `value` lacks: the emptiest that fits. Throws where `value` has a property of
 * which the schema does not tell.
 */
export function completeAnswer(schema: Schema, value: unknown, resolve: Resolve): unknown {
	const known = follow(schema, resolve);
	if (value === null) return null;
	if (value === undefined) return emptiest(known, resolve);
	if (Array.isArray(value)) {
		const items = (known['items'] ?? {}) as Schema;
		return value.map((each) => completeAnswer(items, each, resolve));
	}
	if (typeof value !== 'object') return value;
	const options = alternatives(known);
	return options === undefined ? completeObject(known, value, resolve) : tryEach(options, value, resolve);
}

function tryEach(options: readonly Schema[], value: object, resolve: Resolve): unknown {
	const errors: unknown[] = [];
	for (const option of options) {
		try {
			return completeAnswer(option, value, resolve);
		} catch (error) {
			errors.push(error);
		}
	}
	throw new AggregateError(errors, `fits none of ${options.length}: ${errors.map(String).join(', ')}`);
}

function completeObject(schema: Schema, value: object, resolve: Resolve): unknown {
	const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
	if (properties === undefined) return value;
	const filled = new Map<string, unknown>();
	for (const [name, each] of Object.entries(value)) {
		const property = properties[name];
		if (property === undefined && !isOpen(schema)) throw new Error(`the answer has no ${name}`);
		filled.set(name, property === undefined ? each : completeAnswer(property, each, resolve));
	}
	for (const name of (schema['required'] ?? []) as readonly string[]) {
		if (filled.has(name)) continue;
		filled.set(name, emptiest(follow(properties[name] ?? {}, resolve), resolve));
	}
	return Object.fromEntries(filled);
}

function isOpen(schema: Schema): boolean {
	return typeof schema['additionalProperties'] === 'object' || schema['additionalProperties'] === true;
}

function emptiest(schema: Schema, resolve: Resolve): unknown {
	const known = follow(schema, resolve);
	if (known['nullable'] === true) return null;
	const [first] = (known['enum'] ?? []) as readonly unknown[];
	if (first !== undefined) return first;
	const [option] = alternatives(known) ?? [];
	if (option !== undefined) return emptiest(option, resolve);
	switch (known['type']) {
		case 'string':
			return emptiestText(known['format']);
		case 'integer':
		case 'number':
			return known['minimum'] ?? 0;
		case 'boolean':
			return false;
		case 'array':
			return [];
		case 'object':
			return completeObject(known, {}, resolve);
		default:
			return completeObject({ properties: {}, ...known }, {}, resolve);
	}
}

function emptiestText(format: unknown): string {
	if (format === 'uri') return 'https://forge.invalid/';
	return format === 'date-time' ? '2026-01-01T00:00:00Z' : '';
}

function alternatives(schema: Schema): readonly Schema[] | undefined {
	return (schema['oneOf'] ?? schema['anyOf']) as readonly Schema[] | undefined;
}

/** Follows references, and puts together what `allOf` takes apart. */
function follow(schema: Schema, resolve: Resolve): Schema {
	const ref = schema['$ref'];
	if (typeof ref === 'string') return follow(resolve(ref), resolve);
	const parts = schema['allOf'] as readonly Schema[] | undefined;
	if (parts === undefined) return schema;
	const all = parts.map((part) => follow(part, resolve));
	return {
		...schema,
		allOf: undefined,
		type: 'object',
		properties: Object.assign({}, ...all.map((part) => part['properties'])),
		required: all.flatMap((part) => (part['required'] ?? []) as readonly string[]),
	};
}
