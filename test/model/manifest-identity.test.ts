import test from 'ava';
import { describeManifest, identifies, readTargetType } from '../../src/model/manifest-identity.ts';

const split = { kind: 'TrafficSplit', namespace: 'a', name: 'b' } as const;

test('a manifest means an object by kind, group, namespace and name', (t) => {
	t.true(identifies(split, split));
	t.true(identifies({ kind: 'TrafficSplit', name: 'b' }, split));
	for (const other of [{ kind: 'GRPCRoute' }, { namespace: 'x' }, { name: 'x' }] as const) {
		t.false(identifies({ ...split, ...other }, split));
	}
	const route = { ...split, kind: 'HTTPRoute' } as const;
	t.false(identifies({ ...route, group: 'policy.linkerd.io' }, route));
	t.false(identifies(route, { ...route, group: 'policy.linkerd.io' }));
});

for (const [kind, group, expected] of [
	['TrafficSplit', undefined, 'TrafficSplit b'],
	['TrafficSplit', 'split.smi-spec.io', 'TrafficSplit b'],
	['HTTPRoute', 'gateway.networking.k8s.io', 'HTTPRoute b'],
	['HTTPRoute', 'policy.linkerd.io', 'HTTPRoute.policy.linkerd.io b'],
	['GRPCRoute', 'gateway.networking.k8s.io', 'GRPCRoute b'],
	['GRPCRoute', 'policy.linkerd.io', undefined],
	['TrafficSplit', 'example.com', undefined],
	['Service', undefined, undefined],
] as const) {
	test(`${kind} of ${group ?? 'its usual group'} is ${expected ?? 'no target'}`, (t) => {
		const type = readTargetType(kind, group);
		t.is(type && describeManifest({ ...type, name: 'b' }), expected);
	});
}
