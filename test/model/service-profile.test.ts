import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { type LiveProfile, readProfile } from '../../src/model/service-profile.ts';

function aProfile(
	name: string,
	spec?: unknown,
	annotations: Readonly<Record<string, string>> = {},
): KubernetesObject {
	const metadata = { name, namespace: 'shop', uid: 'u', resourceVersion: '1', annotations };
	return spec === undefined ? { metadata } : { metadata, spec };
}

const name = 'web.shop.svc.cluster.local';
const dst = (authority: string, weight?: unknown) => ({ authority, weight });

function withOverrides(overrides: unknown): LiveProfile | undefined {
	return readProfile(aProfile(name, { dstOverrides: overrides }));
}

test('a profile names its apex, whatever the domain of the cluster', (t) => {
	for (const each of [name, 'web.shop.svc.corp.example']) {
		t.deepEqual(readProfile(aProfile(each)), { name: each, apex: 'web', skipped: false });
	}
});

for (const odd of [
	'web.other.svc.cluster.local',
	'web',
	'web.shop',
	'web.shop.pod.cluster.local',
	'.shop.svc.x',
]) {
	test(`${odd} is about no Service of its namespace`, (t) => {
		t.is(readProfile(aProfile(odd)), undefined);
	});
}

test('smi.linkerd.io/skip counts whatever it says', (t) => {
	t.true(readProfile(aProfile(name, {}, { 'smi.linkerd.io/skip': 'false' }))?.skipped);
});

const overrides: readonly (readonly [
	what: string,
	written: unknown,
	read: readonly (readonly [string, number])[] | undefined,
])[] = [
	[
		'weights are read by backend',
		[dst('web.shop.svc.cluster.local', 1), dst('web-west.shop.svc.cluster.local', 0)],
		[
			['web', 1],
			['web-west', 0],
		],
	],
	[
		'Quantities are numbers, and a port belongs to no name',
		[dst('web.shop.svc.cluster.local:8080', '500m'), dst('web-west.shop.svc.cluster.local.', '1')],
		[
			['web', 0.5],
			['web-west', 1],
		],
	],
	[
		'a backend that stands twice gets both',
		[dst('web.shop.svc.x', 1), dst('web.shop.svc.x:80', 2)],
		[['web', 3]],
	],
	[
		'a backend of another namespace keeps its whole name',
		[dst('web.other.svc.cluster.local', 1)],
		[['web.other.svc.cluster.local', 1]],
	],
	[
		'a weight that is none is 0',
		[dst('web.shop.svc.x'), dst('api.shop.svc.x', 'much')],
		[
			['web', 0],
			['api', 0],
		],
	],
	['what is no override is passed over', [null, 'x', { weight: 1 }], undefined],
	['an empty list is none', [], undefined],
	['null is none', null, undefined],
	['something else is none', 'x', undefined],
];

for (const [what, written, read] of overrides) {
	test(what, (t) => {
		const found = withOverrides(written)?.overrides;
		t.deepEqual(found === undefined ? undefined : [...found], read as [string, number][] | undefined);
	});
}
