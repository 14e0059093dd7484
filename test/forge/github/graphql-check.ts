// Reads a GraphQL document of the plain kind, and holds it against the published schema.
import type { GraphqlTypes } from './graphql-types.ts';

export interface GraphqlField {
	readonly name: string;
	/** By argument: the variable that it is given, without `$`. */
	readonly args: Readonly<Record<string, string>>;
	readonly fields: readonly GraphqlField[];
}

export interface GraphqlDocument {
	readonly kind: 'query' | 'mutation';
	readonly variables: Readonly<Record<string, string>>;
	readonly fields: readonly GraphqlField[];
}

/** Throws an Error that says what the schema does not allow. */
export function checkGraphql(
	types: GraphqlTypes,
	{
		query,
		variables = {},
	}: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> },
): GraphqlDocument {
	const document = parse(query);
	checkFields(types, document.kind === 'query' ? 'Query' : 'Mutation', document.fields, document.variables);
	for (const name of Object.keys(variables)) {
		if (document.variables[name] === undefined) throw new Error(`no variable $${name}`);
	}
	for (const [name, type] of Object.entries(document.variables))
		checkValue(types, type, variables[name], `$${name}`);
	return document;
}

function checkFields(
	types: GraphqlTypes,
	typeName: string,
	fields: readonly GraphqlField[],
	variables: Readonly<Record<string, string>>,
): void {
	for (const field of fields) {
		const known = types[typeName]?.fields?.[field.name];
		if (known === undefined) throw new Error(`${typeName} has no field ${field.name}`);
		checkArguments(field, known.args, variables);
		const isLeaf = types[bare(known.type)]?.fields === undefined;
		if (isLeaf !== (field.fields.length === 0)) throw new Error(`${field.name} has a wrong selection`);
		checkFields(types, bare(known.type), field.fields, variables);
	}
}

function checkArguments(
	{ name, args }: GraphqlField,
	known: Readonly<Record<string, string>>,
	variables: Readonly<Record<string, string>>,
): void {
	for (const [arg, variable] of Object.entries(args)) {
		const given = variables[variable];
		if (given === undefined || given !== known[arg]) {
			throw new Error(`${name} wants ${arg}: ${known[arg]}, not ${given}`);
		}
	}
	const missing = Object.entries(known).find(([arg, type]) => type.endsWith('!') && args[arg] === undefined);
	if (missing !== undefined) throw new Error(`${name} lacks ${missing[0]}`);
}

function checkValue(types: GraphqlTypes, type: string, value: unknown, path: string): void {
	const known = types[bare(type)];
	if (value === undefined || value === null) {
		if (type.endsWith('!')) throw new Error(`${path} is required`);
	} else if (known?.inputFields !== undefined) {
		checkInput(types, known.inputFields, value as Readonly<Record<string, unknown>>, path);
	} else if (!(known?.enumValues?.includes(String(value)) ?? typeof value === 'string')) {
		throw new Error(`${path} is not of type ${type}`);
	}
}

function checkInput(
	types: GraphqlTypes,
	known: Readonly<Record<string, string>>,
	value: Readonly<Record<string, unknown>>,
	path: string,
): void {
	const strange = Object.keys(value).find((name) => known[name] === undefined);
	if (strange !== undefined) throw new Error(`${path} has no field ${strange}`);
	for (const [name, type] of Object.entries(known)) checkValue(types, type, value[name], `${path}.${name}`);
}

function bare(type: string): string {
	return type.replace(/[![\]]/g, '');
}

/** `mutation Name($input: T!) { field(input: $input) { a { b } } }` */
function parse(text: string): GraphqlDocument {
	const tokens = text.match(/[\w$]+|[!{}():[\]]/g) ?? [];
	let at = 0;
	const take = (expected?: string): string => {
		const token = tokens[at] ?? '';
		if (expected !== undefined && token !== expected) throw new Error(`${expected} expected, not “${token}”`);
		at += 1;
		return token;
	};
	const parsePairs = (read: () => string): Record<string, string> => {
		const pairs: Record<string, string> = {};
		if (tokens[at] !== '(') return pairs;
		take('(');
		while (tokens[at] !== ')') {
			const name = take().replace('$', '');
			take(':');
			pairs[name] = read();
		}
		take(')');
		return pairs;
	};
	const parseType = (): string => {
		const name = take();
		return tokens[at] === '!' ? `${name}${take('!')}` : name;
	};
	const parseFields = (): readonly GraphqlField[] => {
		const fields: GraphqlField[] = [];
		if (tokens[at] !== '{') return fields;
		take('{');
		while (tokens[at] !== '}') {
			const name = take();
			const args = parsePairs(() => take().replace('$', ''));
			fields.push({ name, args, fields: parseFields() });
		}
		take('}');
		return fields;
	};
	const kind = tokens[0] === 'mutation' ? 'mutation' : 'query';
	if (/^(query|mutation)$/.test(tokens[0] ?? '')) take();
	if (/^\w+$/.test(tokens[at] ?? '')) take();
	const variables = parsePairs(parseType);
	return { kind, variables, fields: parseFields() };
}
