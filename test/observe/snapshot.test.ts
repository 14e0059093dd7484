import test from 'ava';
import type { Sample } from '../../src/model/health.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Item } from '../../src/model/ports/cluster.ts';
import type { ServiceFacts } from '../../src/observe/service-facts.ts';
import type { SliceFacts } from '../../src/observe/slice-facts.ts';
import type { World } from '../../src/observe/world.ts';
import { aBackend, aPolicy, aSplit } from '../support/policies.ts';
import {
	lookAt,
	mirrorItem,
	profileItem,
	serviceItem,
	sliceItem,
	sliceOf,
	splitItem,
	tellWorld,
} from '../support/worlds.ts';

interface Told {
	readonly services?: readonly Item<ServiceFacts>[];
	readonly slices?: readonly Item<SliceFacts>[];
}

/** A world listed at 1000: east holds the split, west may be the origin. */
function aWorld(east: Told, west: Told = {}): World {
	const world: World = new Map();
	const told = [tellWorld(world), tellWorld(world, 'west')] as const;
	told[0].splits(1000, { kind: 'reset', items: [splitItem({ 'emoji-svc': 1, 'emoji-svc-west': 0 })] });
	for (const [index, { services, slices }] of [east, west].entries()) {
		if (services !== undefined) told[index]?.services(1000, { kind: 'reset', items: services });
		if (slices !== undefined) told[index]?.slices(1000, { kind: 'reset', items: slices });
	}
	return world;
}

/** The sample of one backend, taken at 2000. */
function sample(
	world: World,
	backend = aBackend('emoji-svc'),
	clusters = ['east', 'west'],
): Sample | undefined {
	const policy = aPolicy({ backends: [backend] });
	return lookAt(world, 2000, policy, clusters).samples.get(backend.service);
}

const staleAt = 41_000;
const unknown = (kind: 'OriginMissing' | 'OriginUnreachable'): Sample => ({
	kind: 'unknown',
	cause: { kind, origin: 'west/emojivoto/emoji-svc' },
});
const own = [serviceItem('emoji-svc')];

test('a Service that exists without any slice has no endpoint', (t) => {
	t.like(sample(aWorld({ services: own, slices: [] })), { kind: 'counted', ready: 0 });
});

const blind: readonly (readonly [what: string, east: Told, cause: object])[] = [
	['F-087 a Service that does not exist', { services: [], slices: [] }, { kind: 'ServiceMissing' }],
	[
		'F-082 an ExternalName Service',
		{ services: [serviceItem('emoji-svc', { selects: false, external: true })], slices: [] },
		{ kind: 'NoSignal', detail: 'an ExternalName Service has no endpoints' },
	],
	[
		'F-078 a Service that calls every endpoint ready',
		{ services: [serviceItem('emoji-svc', { publishesNotReady: true })], slices: [] },
		{
			kind: 'NoSignal',
			detail: 'its Service sets publishNotReadyAddresses, so every endpoint is called ready',
		},
	],
	[
		'a Service of whose slices one cannot be read',
		{
			services: own,
			slices: [sliceItem('s1', 'emoji-svc', 'p1'), sliceOf('s2', 'emoji-svc', { unreadable: 'no address' })],
		},
		{ kind: 'NoSignal', detail: 'an EndpointSlice of its cannot be read: no address' },
	],
	[
		'a Service with neither selector nor slice',
		{ services: [serviceItem('emoji-svc', { selects: false })], slices: [] },
		{ kind: 'NoSignal', detail: 'it has no selector and no EndpointSlice' },
	],
	[
		'a Service whose slices were never listed',
		{ services: own },
		{ kind: 'NoSignal', detail: 'the EndpointSlices of east/emojivoto were never listed' },
	],
	[
		'a gateway mirror whose slices were never listed',
		{ services: [mirrorItem('emoji-svc', 'gateway')] },
		{ kind: 'NoSignal', detail: 'the EndpointSlices of east/emojivoto were never listed' },
	],
	[
		'a Service in a namespace that was never listed',
		{ slices: [] },
		{ kind: 'NoSignal', detail: 'the Services of east/emojivoto were never listed' },
	],
];

for (const [what, east, cause] of blind) {
	test(`INV-08 nothing is known of ${what}`, (t) => {
		t.deepEqual(sample(aWorld(east)), { kind: 'unknown', cause } as Sample);
	});
}

test('nothing is known where nobody watches', (t) => {
	t.like(sample(new Map()), { kind: 'unknown' });
});

test('F-083 slices that somebody wrote for a Service without selector are honoured', (t) => {
	const services = [serviceItem('emoji-svc', { selects: false })];
	t.like(sample(aWorld({ services, slices: [sliceItem('s', 'emoji-svc', '10.0.0.1')] })), { ready: 1 });
});

const there: Told = { services: own, slices: [sliceItem('s', 'emoji-svc', 'p1', 'p2')] };
const west = aBackend('emoji-svc-west');
const flat = { services: [mirrorItem('emoji-svc-west', 'flat')], slices: [] };

const counted: Sample = { kind: 'counted', ready: 2, from: 'west/emojivoto/emoji-svc', staleAt };

test('a flat mirror is as well as its origin, which its labels name', (t) => {
	t.deepEqual(sample(aWorld(flat, there), west), counted);
});

test('a flat mirror of a cluster that is not declared says nothing, and how to mend it', (t) => {
	t.deepEqual(sample(aWorld(flat, there), west, ['east']), {
		kind: 'unknown',
		cause: {
			kind: 'NoSignal',
			detail: 'a flat mirror has no endpoints here; declare cluster west in spillway.yaml',
		},
	});
});

test('an origin that the policy writes counts, whatever the labels say', (t) => {
	const origin = { cluster: 'west', namespace: 'emojivoto', service: 'other' };
	const remote: Told = { services: [serviceItem('other')], slices: [sliceItem('s', 'other', 'p1')] };
	for (const services of [[serviceItem('emoji-svc-west')], flat.services]) {
		const seen = sample(aWorld({ services, slices: [] }, remote), aBackend('emoji-svc-west', { origin }));
		t.like(seen, { kind: 'counted', ready: 1, from: 'west/emojivoto/other' });
	}
});

test('an origin that is not there is missing, not down', (t) => {
	t.deepEqual(sample(aWorld(flat, { services: [], slices: [] }), west), unknown('OriginMissing'));
});

for (const [what, remote] of [
	['was never reached', {}],
	['listed no Services', { slices: there.slices ?? [] }],
	['listed no slices', { services: own }],
] as const) {
	test(`an origin that ${what} is unreachable, not down`, (t) => {
		t.deepEqual(sample(aWorld(flat, remote), west), unknown('OriginUnreachable'));
	});
}

const gateway = (...ready: readonly string[]): Told => ({
	services: [mirrorItem('emoji-svc-west', 'gateway')],
	slices: [sliceItem('g', 'emoji-svc-west', ...ready)],
});

test('a gateway mirror is ready when its gateway and its origin are', (t) => {
	t.deepEqual(sample(aWorld(gateway('10.0.0.1'), there), west), counted);
	t.deepEqual(sample(aWorld(gateway(), there), west), { kind: 'mirrored', ready: false, staleAt });
	const empty = { services: own, slices: [] };
	t.like(sample(aWorld(gateway('10.0.0.1'), empty), west), { kind: 'counted', ready: 0 });
	t.deepEqual(sample(aWorld(gateway('10.0.0.1'), {}), west), unknown('OriginUnreachable'));
});

test('a gateway mirror of a cluster that is not declared is one bit, whatever the number of gateways', (t) => {
	const seen = sample(aWorld(gateway('10.0.0.1', '10.0.0.2')), west, ['east']);
	t.deepEqual(seen, { kind: 'mirrored', ready: true, staleAt });
});

test('INV-07 a sample is as fresh as the stalest source it rests on', (t) => {
	const world = aWorld(gateway('10.0.0.1'), there);
	const [east, remote] = [tellWorld(world), tellWorld(world, 'west')];
	const seen = () => sample(world, west);
	for (const tell of [east.slices, east.services, remote.slices]) tell(1800, { kind: 'alive' });
	t.like(seen(), { staleAt: 41_000 });
	remote.services(1500, { kind: 'alive' });
	t.like(seen(), { staleAt: 41_500 });
	remote.services(1900, { kind: 'alive' });
	t.like(seen(), { staleAt: 41_800 });
});

test('F-078 an origin that calls every endpoint ready says nothing', (t) => {
	const services = [serviceItem('emoji-svc', { publishesNotReady: true })];
	t.like(sample(aWorld(flat, { ...there, services }), west), {
		kind: 'unknown',
		cause: { kind: 'NoSignal' },
	});
});

test('a gateway mirror whose slice cannot be read is unknown', (t) => {
	const slices = [sliceOf('g', 'emoji-svc-west', { unreadable: 'no address' })];
	t.like(sample(aWorld({ ...gateway(), slices }, there), west), { kind: 'unknown' });
});

const targets: readonly (readonly [string, FailoverPolicy, 'found' | 'missing'])[] = [
	['found', aPolicy(), 'found'],
	['missing', aPolicy({ target: { ...aPolicy().target, name: 'other' } }), 'missing'],
	['missing where nobody watches', aPolicy({ target: { ...aPolicy().target, cluster: 'north' } }), 'missing'],
];

for (const [what, policy, kind] of targets) {
	test(`the target is ${what}`, (t) => {
		t.is(lookAt(aWorld(there), 2000, policy).target.kind, kind);
	});
}

test('B-085 a split that cannot carry weights is invalid, and says why', (t) => {
	const world = aWorld(there);
	const value = { kind: 'invalid', message: 'backend b has no weight' } as const;
	const item = { namespace: 'emojivoto', name: 'emoji-svc', resourceVersion: '8', value };
	tellWorld(world).splits(1500, { kind: 'applied', item });
	t.deepEqual(lookAt(world, 2000).target, value);
});

test('a split comes with the ServiceProfile of its apex, and with no other', (t) => {
	const world = aWorld(there);
	const profile = profileItem('emoji-svc', { 'emoji-svc': 1 });
	tellWorld(world).profiles(1500, { kind: 'reset', items: [profileItem('web-svc')] });
	t.deepEqual(Object.keys(lookAt(world, 2000).target), ['kind', 'target']);
	tellWorld(world).profiles(1500, { kind: 'applied', item: profile });
	t.like(lookAt(world, 2000).target, { kind: 'found', profile: profile.value });
});

const routes = [
	['HTTPRoute', undefined, 'httpRoutes'],
	['HTTPRoute', 'policy.linkerd.io', 'linkerdHttpRoutes'],
	['GRPCRoute', undefined, 'grpcRoutes'],
] as const;

for (const [kind, group, source] of routes) {
	const target = { ...aPolicy().target, kind, ...(group && { group }) };
	const policy = aPolicy({ target });
	const item = {
		...splitItem({ 'emoji-svc': 1 }),
		value: { kind: 'target', target: aSplit({ 'emoji-svc': 1 }, { kind }) },
	} as const;

	test(`an ${kind} of ${group ?? 'the Gateway API'} is found in the collection of its own`, (t) => {
		const world = aWorld(there);
		t.is(lookAt(world, 2000, policy).target.kind, 'missing');
		tellWorld(world)[source](1500, { kind: 'reset', items: [item] });
		t.deepEqual(lookAt(world, 2000, policy).target, { kind: 'found', target: item.value.target });
	});

	test(`an ${kind} of ${group ?? 'the Gateway API'} is no use where its apex has a ServiceProfile`, (t) => {
		const world = aWorld(there);
		tellWorld(world)[source](1500, { kind: 'reset', items: [item] });
		tellWorld(world).profiles(1500, { kind: 'reset', items: [profileItem('emoji-svc')] });
		t.deepEqual(lookAt(world, 2000, policy).target, {
			kind: 'invalid',
			message:
				`Linkerd ignores an ${kind} on Service emoji-svc, since that has a ServiceProfile; ` +
				'delete ServiceProfile emoji-svc.emojivoto.svc.cluster.local, or make the target a TrafficSplit',
		});
	});
}
