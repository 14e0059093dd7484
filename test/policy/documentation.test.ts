import { readFileSync } from 'node:fs';
import test from 'ava';
import { documentKinds } from '../../src/policy/document-kinds.ts';
import { type JsonSchema, jsonSchema } from '../../src/policy/json-schema.ts';

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');

/** Rows of the page's tables, by the field each begins with. */
const rows = Map.groupBy(page.matchAll(/^\| `([^`]+)`.*$/gm), ([, field = '']) => field);

/** Below the heading of one of these a row names what follows it. */
const headings = [
	'spec.backends[].',
	'spec.health.',
	'spec.failover.',
	'spec.failback.',
	'spec.',
	'metadata.',
];

/** What every Kubernetes document begins with. */
const header = new Set(['apiVersion', 'kind']);

for (const kind of documentKinds) {
	test(`docs/policy.md has a row for each field of ${kind}, with its values`, (t) => {
		for (const [path, { enum: values }] of listFields(jsonSchema(kind), '')) {
			const lines = rowsOf(path);
			t.not(lines.length, 0, path);
			if (!Array.isArray(values)) continue;
			for (const value of values)
				t.true(
					lines.some((line) => line.includes(`\`${value}\``)),
					`${path}: ${value}`,
				);
		}
	});
}

test('a field that the page does not have is noticed', (t) => {
	t.deepEqual(rowsOf('spec.failback.maxPerHour'), []);
	t.deepEqual(rowsOf('spec.pullRequests.assignees'), []);
	t.is(rowsOf('spec.failback.ramp').length, 1);
});

function rowsOf(path: string): readonly string[] {
	return namesOf(path)
		.flatMap((name) => rows.get(name) ?? [])
		.map(([line]) => line);
}

/** How a row may name a field: by its path, by what follows a heading, or by its end. */
function namesOf(path: string): readonly string[] {
	const below = headings
		.filter((heading) => path.startsWith(heading))
		.map((heading) => path.slice(heading.length));
	return [path, ...below, `….${path.split('.').slice(-2).join('.')}`].filter((name) => name !== '');
}

/** Fields that hold a value, or whose mapping the page describes in one row. */
function listFields(schema: JsonSchema, prefix: string): readonly (readonly [string, JsonSchema])[] {
	const forms = [schema, ...(schema.anyOf ?? [])];
	const fields = forms.flatMap(({ properties = {} }) => Object.entries(properties));
	return fields.flatMap(([name, field]) =>
		prefix === '' && header.has(name) ? [] : listField(field, prefix + name),
	);
}

function listField(field: JsonSchema, path: string): readonly (readonly [string, JsonSchema])[] {
	const { additionalProperties: values, items } = field;
	const isMap = typeof values === 'object';
	const inside = items ?? (isMap ? values : field);
	const below = `${path}${items === undefined ? '' : '[]'}${isMap ? '.<name>' : ''}.`;
	const isWhole = rowsOf(path).length > 0 && !hasRowsBelow(below);
	const nested = isWhole ? [] : listFields(inside, below);
	return nested.length === 0 ? [[path, field]] : nested;
}

function hasRowsBelow(below: string): boolean {
	const names = namesOf(below);
	return [...rows.keys()].some((row) => names.some((name) => row.startsWith(name)));
}
