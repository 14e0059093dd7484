import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSplit } from '../../src/model/traffic-split.ts';

function aSplitWith(spec: unknown): KubernetesObject {
	const metadata = { name: 'emoji-svc', namespace: 'emojivoto', uid: 'u1', resourceVersion: '7' };
	return spec === undefined ? { metadata } : { metadata, spec };
}

function withBackends(...backends: readonly unknown[]): KubernetesObject {
	return aSplitWith({ service: 'emoji-svc', backends });
}

test('a split is read with its identity, its apex and its backends in order', (t) => {
	const object = withBackends({ service: 'emoji-svc', weight: 1 }, { service: 'emoji-svc-west', weight: 0 });
	t.deepEqual(readSplit(object), {
		kind: 'target',
		target: {
			kind: 'TrafficSplit',
			namespace: 'emojivoto',
			name: 'emoji-svc',
			uid: 'u1',
			resourceVersion: '7',
			apexes: ['emoji-svc'],
			rules: [
				{
					pointer: '/spec/backends',
					backends: [
						{ service: 'emoji-svc', weight: 1, form: 'number', index: 0 },
						{ service: 'emoji-svc-west', weight: 0, form: 'number', index: 1 },
					],
				},
			],
		},
	});
});

const forms: readonly (readonly [what: string, written: unknown, weight: number, form: string])[] = [
	['a number', 70, 70, 'number'],
	['text', '70', 70, 'string'],
	['B-086 a Quantity', '500m', 0.5, 'string'],
	['B-086 a Quantity in thousands', '1k', 1000, 'string'],
];

for (const [what, written, weight, form] of forms) {
	test(`${what} is a weight, and keeps its form`, (t) => {
		const facts = readSplit(withBackends({ service: 'a', weight: written }));
		t.deepEqual(facts.kind === 'target' ? facts.target.rules[0]?.backends : facts, [
			{ service: 'a', weight, form, index: 0 },
		]);
	});
}

const invalid: readonly (readonly [what: string, object: KubernetesObject, message: string])[] = [
	['B-083 without spec', aSplitWith(undefined), 'it has no spec.backends'],
	['B-083 with a spec of another kind', aSplitWith('text'), 'it has no spec.backends'],
	['without backends', aSplitWith({ service: 'a' }), 'it has no spec.backends'],
	['with an empty list of backends', withBackends(), 'it has no spec.backends'],
	['with backends that are no list', aSplitWith({ backends: { a: 1 } }), 'it has no spec.backends'],
	['B-085 with a backend without weight', withBackends({ service: 'b' }), 'backend b has no weight'],
	['with a weight that is null', withBackends({ service: 'b', weight: null }), 'backend b has weight null'],
	['with a negative weight', withBackends({ service: 'b', weight: -1 }), 'backend b has weight -1'],
	['with a negative Quantity', withBackends({ service: 'b', weight: '-1' }), 'backend b has weight "-1"'],
	[
		'with text that is no Quantity',
		withBackends({ service: 'b', weight: 'half' }),
		'backend b has weight "half"',
	],
	['with a weight of another type', withBackends({ service: 'b', weight: [1] }), 'backend b has weight [1]'],
	['with a backend that is null', withBackends(null), 'a backend has no service'],
	['with a backend without service', withBackends({ weight: 1 }), 'a backend has no service'],
	[
		'SMV-03 with a backend twice',
		withBackends({ service: 'b', weight: 1 }, { service: 'b', weight: 0 }),
		'it names backend b twice',
	],
];

for (const [what, object, message] of invalid) {
	test(`${what}, a split cannot carry weights`, (t) => {
		t.deepEqual(readSplit(object), { kind: 'invalid', message });
	});
}
