import { readFileSync } from 'node:fs';
import test from 'ava';
import { documentKinds } from '../../src/policy/document-kinds.ts';
import { fieldsAt, type JsonSchema, jsonSchema, jsonSchemaFile } from '../../src/policy/json-schema.ts';

for (const kind of documentKinds) {
	test(`the committed schema of ${kind} is the generated one`, (t) => {
		const { path, text } = jsonSchemaFile(kind);
		const committed = readFileSync(new URL(`../../policies/${path}`, import.meta.url), 'utf8');
		t.is(committed, text, 'run: npm run schema');
	});

	test(`the schema of ${kind} is closed everywhere and tells an editor about each field`, (t) => {
		const schema = jsonSchema(kind);
		t.is(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
		for (const [path, field] of walkFields(schema, kind)) {
			t.true('description' in field || 'title' in field, `${path} has neither title nor description`);
			if (field.properties !== undefined) t.is(field.additionalProperties, false, path);
		}
	});
}

function* walkFields(schema: JsonSchema, path: string): Generator<readonly [string, JsonSchema]> {
	yield [path, schema];
	for (const [name, field] of Object.entries(schema.properties ?? {}))
		yield* walkFields(field, `${path}.${name}`);
	if (schema.items?.properties !== undefined) yield* walkFields(schema.items, `${path}[]`);
	const values = schema.additionalProperties;
	if (typeof values === 'object' && values.properties !== undefined) yield* walkFields(values, `${path}.*`);
}

test('defaults are in the schema as people write them', (t) => {
	const spec = jsonSchema('FailoverPolicy').properties?.['spec']?.properties;
	t.is(spec?.['mode']?.['default'], 'Active');
	t.is(spec?.['health']?.properties?.['staleAfter']?.['default'], '40s');
	t.is(spec?.['failback']?.properties?.['after']?.['default'], '2m');
	t.is(spec?.['onManualEdit']?.['default'], 'Hold');
	t.is(spec?.['manualHold']?.['default'], '60m');
});

test('the fields of a place are found through lists and maps', (t) => {
	t.deepEqual(fieldsAt('FailoverPolicy', ['spec', 'backends', 3]), ['service', 'tier', 'weight', 'origin']);
	t.deepEqual(fieldsAt('SpillwayConfig', ['spec', 'clusters', 'east']), [
		'context',
		'secret',
		'inCluster',
		'manifests',
		'syncer',
	]);
	t.deepEqual(fieldsAt('SpillwayConfig', ['spec', 'clusters', 'east', 'syncer']), [
		'kind',
		'kustomization',
		'application',
		'dedicated',
	]);
	t.deepEqual(fieldsAt('SpillwayConfig', ['nowhere', 'at', 'all']), []);
});
