import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readRoute } from '../../src/model/route.ts';
import { targetApiVersion, targetResource, versionFor } from '../../src/model/target-resource.ts';
import { carries, rulesNaming } from '../../src/model/target-rules.ts';
import { aSplit, weights } from '../support/policies.ts';

function aRoute(spec: unknown): KubernetesObject {
	return { metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7' }, spec } as const;
}

function readBackends(...backendRefs: readonly unknown[]) {
	const facts = readRoute('HTTPRoute', aRoute({ rules: [{ backendRefs }] }));
	return facts.kind === 'target' ? facts.target.rules[0]?.backends : facts.message;
}

test('a route is read with the Services it is attached to and one list of weights per rule', (t) => {
	const facts = readRoute(
		'GRPCRoute',
		aRoute({
			parentRefs: [{ name: 'gateway' }, { kind: 'Service', group: 'core', name: 'web', port: 80 }],
			rules: [
				{
					backendRefs: [
						{ name: 'web', port: 80, weight: 1 },
						{ name: 'web-west', port: 80, weight: 0 },
					],
				},
				{ filters: [{ type: 'RequestRedirect' }] },
				{ backendRefs: [{ name: 'web', port: 80 }] },
			],
		}),
	);
	t.deepEqual(facts, {
		kind: 'target',
		target: {
			kind: 'GRPCRoute',
			namespace: 'shop',
			name: 'web',
			uid: 'u1',
			resourceVersion: '7',
			apexes: ['web'],
			rules: [
				{
					pointer: '/spec/rules/0/backendRefs',
					backends: [
						{ service: 'web', weight: 1, form: 'number', index: 0 },
						{ service: 'web-west', weight: 0, form: 'number', index: 1 },
					],
				},
				{
					pointer: '/spec/rules/2/backendRefs',
					backends: [{ service: 'web', weight: 1, form: 'absent', index: 0 }],
				},
			],
		},
	});
});

const counted: readonly (readonly [ref: object, counts: boolean])[] = [
	[{ kind: 'Service' }, true],
	[{ group: '' }, true],
	[{ group: 'core' }, true],
	[{ namespace: 'shop' }, true],
	[{ namespace: 'other' }, false],
	[{ kind: 'ServiceImport', group: 'multicluster.x-k8s.io' }, false],
	[{ group: 'apps' }, false],
];

for (const [ref, counts] of counted) {
	test(`a reference ${JSON.stringify(ref)} is ${counts ? 'a backend' : 'passed over, and keeps its place'}`, (t) => {
		const read = readBackends({ name: 'a', ...ref }, { name: 'b' });
		t.like(
			read,
			counts
				? [
						{ service: 'a', index: 0 },
						{ service: 'b', index: 1 },
					]
				: [{ service: 'b', index: 1 }],
		);
	});
}

for (const [what, spec] of [
	['no rules', {}],
	['no spec', undefined],
	['rules without a Service', { rules: [{ backendRefs: [{ name: 'a', namespace: 'other' }] }, {}, null] }],
	['rules that are no list', { rules: { backendRefs: [] } }],
] as const) {
	test(`a route with ${what} has nothing to move`, (t) => {
		t.is(readRoute('HTTPRoute', aRoute(spec)).kind, 'invalid');
	});
}

for (const weight of [-1, 'many', Number.NaN]) {
	test(`a route with weight ${weight} is told, not guessed at`, (t) => {
		t.regex(String(readBackends({ name: 'a', weight })), /^rule 0: backend a has weight /);
	});
}

test('each kind has its resource, its versions and its API version', (t) => {
	t.is(targetApiVersion({ kind: 'TrafficSplit' }), 'split.smi-spec.io/v1alpha2');
	t.is(targetApiVersion({ kind: 'HTTPRoute' }), 'gateway.networking.k8s.io/v1');
	t.is(targetApiVersion({ kind: 'HTTPRoute', group: 'policy.linkerd.io' }), 'policy.linkerd.io/v1beta3');
	t.deepEqual(targetResource({ kind: 'GRPCRoute' }), {
		group: 'gateway.networking.k8s.io',
		versions: ['v1'],
		plural: 'grpcroutes',
	});
	t.is(versionFor(aSplit({ a: 1 }, { kind: 'HTTPRoute' }), { kind: 'HTTPRoute' }), 'v1');
});

test('weights are carried when every rule that names their backends sends traffic in their ratio', (t) => {
	const rule = (values: Readonly<Record<string, number>>) =>
		aSplit(values).rules[0] ?? { pointer: '', backends: [] };
	const target = { rules: [rule({ a: 7, b: 3 }), rule({ a: 1 }), rule({ c: 5, b: 30, a: 70 })] };
	t.is(rulesNaming(target, ['a', 'b']).length, 2);
	t.true(carries(target, weights({ a: 70, b: 30 })));
	t.false(carries({ rules: [...target.rules, rule({ a: 0, b: 1 })] }, weights({ a: 70, b: 30 })));
	t.false(carries({ rules: [] }, weights({ a: 1 })));
});
