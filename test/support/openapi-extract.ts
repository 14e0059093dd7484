// Takes a few operations out of a published OpenAPI 3 document, with what they refer to and without prose.

type Json = { readonly [name: string]: unknown };

export interface OpenApi {
	readonly paths: Readonly<Record<string, Json>>;
	readonly components: Readonly<Record<string, Json>>;
}

/** For people, or for other tools. */
const prose = new Set([
	'description',
	'summary',
	'example',
	'examples',
	'externalDocs',
	'tags',
	'operationId',
	'title',
	'deprecated',
]);

/** `operations` are like `get /user`. Throws where the document has no such operation. */
export function extractDescription(document: OpenApi, operations: readonly string[]): OpenApi {
	const paths: Record<string, Record<string, unknown>> = {};
	const found = new Map<string, unknown>();
	for (const operation of operations) {
		const [method = '', path = ''] = operation.split(' ');
		const item = document.paths[path];
		if (item?.[method] === undefined) throw new Error(`no ${operation}`);
		const facts = stripProse(item[method]);
		const shared = item['parameters'] === undefined ? {} : { parameters: stripProse(item['parameters']) };
		paths[path] = { ...paths[path], ...shared, [method]: facts };
		collect(document, [facts, shared], found);
	}
	const components: Record<string, Record<string, unknown>> = {};
	for (const [ref, value] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
		const [, , kind = '', name = ''] = ref.split('/');
		components[kind] = { ...components[kind], [name]: value };
	}
	return { paths, components };
}

function collect(document: OpenApi, value: unknown, found: Map<string, unknown>): void {
	if (Array.isArray(value)) {
		for (const each of value) collect(document, each, found);
	} else if (typeof value === 'object' && value !== null) {
		const { $ref: ref } = value as { readonly $ref?: unknown };
		if (typeof ref === 'string' && !found.has(ref)) {
			const [, , kind = '', name = ''] = ref.split('/');
			const target = stripProse(document.components[kind]?.[name]);
			if (target === undefined) throw new Error(`${ref} leads nowhere`);
			found.set(ref, target);
			collect(document, target, found);
		}
		collect(document, Object.values(value), found);
	}
}

/** Names of properties are not touched, whatever they are. */
function stripProse(value: unknown, isNames = false): unknown {
	if (Array.isArray(value)) return value.map((each) => stripProse(each));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => isNames || !(prose.has(name) || name.startsWith('x-')))
			.map(([name, each]) => [name, stripProse(each, !isNames && name === 'properties')]),
	);
}
