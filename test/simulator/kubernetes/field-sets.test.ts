import test from 'ava';
import fc from 'fast-check';
import { collectFields, compareFields } from '../../../src/simulator/kubernetes/field-comparison.ts';
import {
	collectPaths,
	type FieldSet,
	formatFieldPath,
	formatFields,
	parseFields,
} from '../../../src/simulator/kubernetes/field-sets.ts';

const step = fc.constantFrom('f:spec', 'f:data', 'f:backends', 'f:a.b/c');
const paths = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

test('a set of fields survives being written and read', (t) => {
	const survives = fc.property(paths, (given) => {
		const set = collectPaths(given);
		t.deepEqual(keysOf(parseFields(formatFields(set))), keysOf(set));
	});
	t.notThrows(() => fc.assert(survives));
});

test('what is no set is read as an empty one', (t) => {
	for (const none of [undefined, null, 'f:spec', [], {}]) t.is(parseFields(none).size, 0);
});

test('a field with fields below it is itself a member only where it says so', (t) => {
	const set = parseFields({ 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } } });
	t.deepEqual([...set.values()].map(formatFieldPath), ['.metadata.labels', '.metadata.labels.app']);
});

const tree = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
	tree: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
	value: fc.oneof({ maxDepth: 3 }, fc.nat(2), fc.array(fc.nat(1), { maxLength: 2 }), tie('tree')),
})).tree as fc.Arbitrary<Record<string, unknown>>;

test('two states differ in no field exactly when they are the same, and the way back is the reverse', (t) => {
	const mirrored = fc.property(tree, tree, (one, other) => {
		const there = compareFields(one, other);
		const back = compareFields(other, one);
		t.deepEqual(keysOf(there.added), keysOf(back.removed));
		t.deepEqual(keysOf(there.modified), keysOf(back.modified));
		t.is(there.added.size + there.modified.size + there.removed.size === 0, sameJson(one, other));
	});
	t.notThrows(() => fc.assert(mirrored));
});

test('what a manifest sets is what it adds to nothing, without what is above', (t) => {
	const leaves = fc.property(tree, (manifest) => {
		const added = compareFields({}, manifest).added;
		for (const key of collectFields(manifest).keys()) t.true(added.has(key));
	});
	t.notThrows(() => fc.assert(leaves));
});

function keysOf(set: FieldSet): readonly string[] {
	return [...set.keys()].sort();
}

function sameJson(one: object, other: object): boolean {
	return JSON.stringify(sortKeys(one)) === JSON.stringify(sortKeys(other));
}

function sortKeys(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([key, below]) => [key, sortKeys(below)]));
}
