import test from 'ava';
import type { LiveBackend } from '../../src/model/live-target.ts';
import { versionFor } from '../../src/model/target-resource.ts';
import { patchHoldOff, patchWeights } from '../../src/plan/weight-patch.ts';
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
	t.is(versionFor(split, { kind: 'TrafficSplit' }), 'v1alpha1');
	t.is(versionFor(aSplit({ a: 1 }), { kind: 'TrafficSplit' }), 'v1alpha2');
});

test('a route is patched in every rule that names all backends, and nowhere else', (t) => {
	const backend = (service: string, weight: number, index: number): LiveBackend => ({
		service,
		weight,
		form: weight === 1 ? 'absent' : 'number',
		index,
	});
	const rules = [
		{ pointer: '/spec/rules/0/backendRefs', backends: [backend('a', 1, 0), backend('b', 0, 2)] },
		{ pointer: '/spec/rules/1/backendRefs', backends: [backend('a', 1, 0)] },
		{
			pointer: '/spec/rules/2/backendRefs',
			backends: [backend('b', 5, 0), backend('c', 9, 1), backend('a', 0, 2)],
		},
	];
	const route = aSplit({}, { kind: 'HTTPRoute', rules });
	t.deepEqual(patchWeights(route, weights({ a: 0, b: 5 })).slice(2), [
		{ op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'a' },
		{ op: 'add', path: '/spec/rules/0/backendRefs/0/weight', value: 0 },
		{ op: 'test', path: '/spec/rules/0/backendRefs/2/name', value: 'b' },
		{ op: 'replace', path: '/spec/rules/0/backendRefs/2/weight', value: 5 },
	]);
});

test('an escalation annotates what it holds off, with a map of annotations where there is none', (t) => {
	const marks = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled', 'spillway.dev/held-off': 'shop/web' };
	t.deepEqual(patchHoldOff(aSplit({ a: 1 }), 'shop/web'), [
		{ op: 'add', path: '/metadata/annotations', value: marks },
	]);
	t.deepEqual(patchHoldOff(aSplit({ a: 1 }, { annotated: true }), 'shop/web'), [
		{ op: 'add', path: '/metadata/annotations/kustomize.toolkit.fluxcd.io~1reconcile', value: 'disabled' },
		{ op: 'add', path: '/metadata/annotations/spillway.dev~1held-off', value: 'shop/web' },
	]);
});

test('what is held off already is not annotated again, whoever did it', (t) => {
	const leftAloneBy = 'kustomize.toolkit.fluxcd.io/reconcile: disabled';
	for (const heldOff of ['spillway', 'others'] as const) {
		t.deepEqual(patchHoldOff(aSplit({ a: 1 }, { annotated: true, heldOff, leftAloneBy }), 'shop/web'), []);
	}
});
