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

test('a cluster is reached in one way', (t) => {
	t.deepEqual(show('{clusters: {east: {context: e}, west: {secret: a/b}, north: {inCluster: true}}}'), []);
	t.deepEqual(
		show('{clusters: {east: {context: e, inCluster: true}, west: {secret: b}, north: {inCluster: false}}}'),
		[
			'spillway.yaml:3:25 E_REQUIRED spec.clusters.east must say in one way how it is reached (got context, inCluster; expected one of context, secret, inCluster)',
			'spillway.yaml:3:71 E_TYPE spec.clusters.west.secret names no Secret (got "b"; expected namespace/name, such as linkerd-multicluster/cluster-credentials-west)',
			'spillway.yaml:3:94 E_ENUM spec.clusters.north.inCluster has an unknown value (got false; expected true)',
		],
	);
	t.deepEqual(show('{clusters: {east: {}, west: {context: ""}, north: {context: 1}}}'), [
		'spillway.yaml:3:25 E_REQUIRED spec.clusters.east must say in one way how it is reached (expected one of context, secret, inCluster)',
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
