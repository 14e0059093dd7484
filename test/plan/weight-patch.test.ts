import test from 'ava';
import type { LiveBackend } from '../../src/model/live-target.ts';
import { patchWeights, versionFor } from '../../src/plan/weight-patch.ts';
import { aSplit, weights } from '../support/policies.ts';

const uid = '4f8f1a0e-0000-4000-8000-000000000001';
const preconditions = [
	{ op: 'test', path: '/metadata/uid', value: uid },
	{ op: 'replace', path: '/metadata/resourceVersion', value: '7' },
];

test('INV-25 a patch is held to the uid, the version and each backend’s place it was decided on', (t) => {
	t.deepEqual(patchWeights(aSplit({ a: 1, b: 0 }), weights({ a: 0, b: 1 })), [
		...preconditions,
		{ op: 'test', path: '/spec/backends/0/service', value: 'a' },
		{ op: 'replace', path: '/spec/backends/0/weight', value: 0 },
		{ op: 'test', path: '/spec/backends/1/service', value: 'b' },
		{ op: 'replace', path: '/spec/backends/1/weight', value: 1 },
	]);
});

test('only weights that change are touched, whatever the order of the policy', (t) => {
	const split = aSplit({ kept: 1, other: 5, a: 1, b: 0 });
	t.deepEqual(patchWeights(split, weights({ b: 1, a: 0, kept: 1 })).slice(2), [
		{ op: 'test', path: '/spec/backends/2/service', value: 'a' },
		{ op: 'replace', path: '/spec/backends/2/weight', value: 0 },
		{ op: 'test', path: '/spec/backends/3/service', value: 'b' },
		{ op: 'replace', path: '/spec/backends/3/weight', value: 1 },
	]);
});

test('B-086 a weight written as text stays text, and needs the version that allows it', (t) => {
	const backends: readonly LiveBackend[] = [
		{ service: 'a', weight: 0.5, form: 'string', index: 0 },
		{ service: 'b', weight: 0, form: 'number', index: 1 },
	];
	const split = aSplit({}, { rules: [{ pointer: '/spec/backends', backends }] });
	t.deepEqual(
		patchWeights(split, weights({ a: 0, b: 1 })).filter(({ path }) => path.endsWith('weight')),
		[
			{ op: 'replace', path: '/spec/backends/0/weight', value: '0' },
			{ op: 'replace', path: '/spec/backends/1/weight', value: 1 },
		],
	);
	t.is(versionFor(split), 'v1alpha1');
	t.is(versionFor(aSplit({ a: 1 })), 'v1alpha2');
});
