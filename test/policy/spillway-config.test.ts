import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { parseText } from '../support/policy-documents.ts';

function show(spec: string): readonly string[] {
	const text = `apiVersion: spillway.dev/v1alpha1\nkind: SpillwayConfig\nspec: ${spec}\n`;
	return parseText(text, 'spillway.yaml').problems.map((problem) =>
		formatProblem(problem).replace(/ → .*/, ''),
	);
}

test('a cluster has a legal name, __proto__ is none', (t) => {
	t.deepEqual(show('{clusters: {East: {context: a}, __proto__: {context: b}}}'), [
		'spillway.yaml:3:19 E_NAME_DNS1123 spec.clusters.East is not a legal name (got "East")',
		'spillway.yaml:3:39 E_UNKNOWN_FIELD unknown field "__proto__"',
	]);
});

test('a cluster needs a context', (t) => {
	t.deepEqual(show('{clusters: {east: {}, west: {context: ""}, north: {context: 1}}}'), [
		'spillway.yaml:3:19 E_REQUIRED spec.clusters.east.context is required',
		'spillway.yaml:3:45 E_REQUIRED spec.clusters.west.context is empty',
		'spillway.yaml:3:67 E_TYPE spec.clusters.north.context has the wrong type (got 1; expected text)',
	]);
});

test('clusters are required, and a list of folders is not empty', (t) => {
	t.deepEqual(show('{policies: []}'), [
		'spillway.yaml:3:1 E_REQUIRED spec.clusters is required',
		'spillway.yaml:3:18 E_MIN_ITEMS spec.policies has the wrong number of items (got 0; expected at least 1)',
	]);
});

test('folders stay inside the repository', (t) => {
	t.deepEqual(show('{policies: [policies, ../other], clusters: {}}'), [
		'spillway.yaml:3:29 E_PATH spec.policies[1] leaves the repository (got "../other")',
	]);
});
