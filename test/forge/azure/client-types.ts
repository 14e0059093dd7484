// Reads the types of Microsoft's client as schemas.

/** JSON Schema as OpenAPI 3.0 has it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface ClientTypes {
	/** Of an interface, with what it extends; a type that is not among `known` may be anything. */
	schema(name: string, known: readonly string[]): Schema;
}

interface Interface {
	readonly parents: readonly string[];
	readonly fields: readonly (readonly [name: string, type: string])[];
}

const simple: Readonly<Record<string, Schema>> = {
	string: { type: 'string' },
	number: { type: 'number' },
	boolean: { type: 'boolean' },
	Date: { type: 'string', format: 'date-time' },
};

export function readClientTypes(texts: readonly string[]): ClientTypes {
	const source = texts.join('\n').replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
	const interfaces = new Map<string, Interface>();
	for (const [, name = '', parents = '', body = ''] of source.matchAll(
		/export interface (\w+)(?: extends ([\w., ]+))? \{([\s\S]*?)\n\}/g,
	)) {
		const fields = [...body.matchAll(/^ {4}(\w+)\??: ([\w.[\]]+);$/gm)];
		interfaces.set(name, {
			parents: parents.split(',').flatMap((each) => each.trim().split('.').at(-1) || []),
			fields: fields.map(([, field = '', type = '']) => [field, type]),
		});
	}
	const enums = new Map(
		[...source.matchAll(/export declare enum (\w+) \{([\s\S]*?)\}/g)].map(([, name = '', body = '']) => [
			name,
			[...body.matchAll(/(\w+) = /g)].map(([, value = '']) => value.charAt(0).toLowerCase() + value.slice(1)),
		]),
	);

	const fieldsOf = (name: string): readonly (readonly [string, string])[] => {
		const found = interfaces.get(name);
		if (found === undefined) throw new Error(`no interface ${name}`);
		return [...found.parents.flatMap(fieldsOf), ...found.fields];
	};
	const typeOf = (type: string, known: readonly string[]): Schema => {
		if (type.endsWith('[]')) return { type: 'array', items: typeOf(type.slice(0, -2), known) };
		const name = type.split('.').at(-1) ?? '';
		const values = enums.get(name);
		if (values !== undefined) return { type: 'string', enum: values };
		return known.includes(name) ? { $ref: `#/components/schemas/${name}` } : (simple[name] ?? {});
	};
	return {
		schema: (name, known) => ({
			type: 'object',
			properties: Object.fromEntries(fieldsOf(name).map(([field, type]) => [field, typeOf(type, known)])),
		}),
	};
}
