// What EndpointSlices mean, from the objects as an API server sends them to the number of endpoints.
import test from 'ava';
import type { Sample } from '../../src/model/health.ts';
import type { Item } from '../../src/model/ports/cluster.ts';
import { readService } from '../../src/observe/service-facts.ts';
import type { SliceFacts } from '../../src/observe/slice-facts.ts';
import type { World } from '../../src/observe/world.ts';
import { aSlice, nextVersion, ofEmoji, type Pod, pods } from '../support/slice-items.ts';
import { lookAt, splitItem, tellWorld } from '../support/worlds.ts';

/** A world with emoji-svc and these slices, listed at 1000. */
function aWorld(items: readonly Item<SliceFacts>[], spec: object = { selector: { app: 'emoji' } }) {
	const world: World = new Map();
	const tell = tellWorld(world);
	const metadata = { name: 'emoji-svc', namespace: 'emojivoto', uid: 'u', resourceVersion: '1' };
	const service = {
		namespace: 'emojivoto',
		name: 'emoji-svc',
		resourceVersion: '1',
		value: readService({ metadata, spec }),
	};
	tell.splits(1000, { kind: 'reset', items: [splitItem({ 'emoji-svc': 1 })] });
	tell.services(1000, { kind: 'reset', items: [service] });
	tell.slices(1000, { kind: 'reset', items });
	return { world, tell, sample: () => lookAt(world, 2000).samples.get('emoji-svc') };
}

function ready(sample: Sample | undefined): unknown {
	return sample?.kind === 'counted' ? sample.ready : sample?.kind;
}

const counts: readonly (readonly [what: string, slices: () => readonly Item<SliceFacts>[], ready: number])[] =
	[
		[
			'F-072 over all slices, each pod once',
			() => [aSlice('a', pods('1', '2')), aSlice('b', pods('2', '3'))],
			3,
		],
		[
			'F-073 a pod that is in two slices, ready in one of them, is ready',
			() => [aSlice('a', [{ uid: '1', state: 'unready' }]), aSlice('b', pods('1'))],
			1,
		],
		[
			'F-073 whichever slice comes first',
			() => [aSlice('a', pods('1')), aSlice('b', [{ uid: '1', state: 'unready' }])],
			1,
		],
		[
			'F-074 a ready pod counts, whoever haunts its address',
			() => [
				aSlice('a', [
					{ uid: 'ghost', address: '10.0.0.1', state: 'draining' },
					{ uid: 'live', address: '10.0.0.1' },
				]),
			],
			1,
		],
		[
			'F-079 pods are counted, not the addresses of both families',
			() => [
				aSlice('v4', [{ uid: '1', address: '10.0.0.1' }]),
				aSlice('v6', [{ uid: '1', address: 'fd00::1' }], { addressType: 'IPv6' }),
			],
			1,
		],
		[
			'F-079 an address family without endpoints takes nothing away',
			() => [aSlice('v4', pods('1', '2')), aSlice('v6', [], { addressType: 'IPv6', endpoints: null })],
			2,
		],
		[
			'F-080 names are passed over',
			() => [aSlice('a', pods('1')), aSlice('fqdn', pods('web.example.com'), { addressType: 'FQDN' })],
			1,
		],
		[
			'F-084 a slice without the label belongs to nobody, whatever its name',
			() => [aSlice('emoji-svc-1', pods('1'), {}, {})],
			0,
		],
		[
			'F-089 slices that were emptied are none',
			() => [aSlice('a', []), aSlice('b', [], { endpoints: null })],
			0,
		],
	];

for (const [what, slices, expected] of counts) {
	test(what, (t) => {
		t.is(ready(aWorld(slices()).sample()), expected);
	});
}

test('F-072 twelve slices of a hundred, taken away one after another', (t) => {
	const slices = Array.from({ length: 12 }, (_, n) =>
		aSlice(`s${n}`, pods(...Array.from({ length: 100 }, (_each, pod) => `${n}-${pod}`))),
	);
	const { tell, sample } = aWorld(slices);
	for (const [index, { name, namespace }] of slices.entries()) {
		t.is(ready(sample()), 1200 - 100 * index);
		tell.slices(1500, { kind: 'deleted', namespace, name, resourceVersion: nextVersion() });
	}
	t.is(ready(sample()), 0);
});

test('F-081 a headless Service is counted by its slices like any other', (t) => {
	const { sample } = aWorld([aSlice('a', pods('1', '2'))], { selector: { app: 'emoji' }, clusterIP: 'None' });
	t.is(ready(sample()), 2);
});

test('F-082 an ExternalName Service is unknown, whatever slices there are', (t) => {
	const { sample } = aWorld([aSlice('a', pods('1'))], {
		type: 'ExternalName',
		externalName: 'web.example.com',
	});
	t.is(ready(sample()), 'unknown');
});

test('F-083 slices that somebody wrote count, whoever manages them', (t) => {
	const label = { ...ofEmoji, 'endpointslice.kubernetes.io/managed-by': 'staff' };
	t.is(ready(aWorld([aSlice('mine', pods('1'), {}, label)], {}).sample()), 1);
});

test('F-085 a slice whose label moves leaves the one Service for the other', (t) => {
	const { tell, sample } = aWorld([aSlice('a', pods('1'))]);
	const moved = aSlice('a', pods('1'), {}, { 'kubernetes.io/service-name': 'web-svc' });
	tell.slices(1500, { kind: 'applied', item: moved });
	t.is(ready(sample()), 0);
});

test('F-078 publishNotReadyAddresses makes readiness meaningless', (t) => {
	const spec = { selector: { app: 'emoji' }, publishNotReadyAddresses: true };
	t.is(ready(aWorld([aSlice('a', pods('1'))], spec).sample()), 'unknown');
});

test('F-071 one endpoint that cannot be read makes the Service unknown, not smaller', (t) => {
	const broken = aSlice('b', [], { endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: 'none' }] });
	const { tell, sample } = aWorld([aSlice('a', pods('1')), broken]);
	t.like(sample(), { kind: 'unknown', cause: { kind: 'NoSignal' } });
	tell.slices(1500, { kind: 'applied', item: aSlice('b', pods('2')) });
	t.is(ready(sample()), 2);
});

test('F-077 pods that serve until they are terminated are told apart from those that are ready', (t) => {
	const draining = (uid: string): Pod => ({ uid, state: 'draining' });
	const { tell, sample } = aWorld([
		aSlice('a', [draining('1'), draining('2')]),
		aSlice('b', [draining('2')]),
	]);
	t.like(sample(), { ready: 0, draining: 2 });
	tell.slices(1500, { kind: 'applied', item: aSlice('b', pods('2')) });
	t.like(sample(), { ready: 1, draining: 1 });
});

const moves: readonly (readonly [
	what: string,
	before: readonly Item<SliceFacts>[],
	after: Item<SliceFacts>,
	vanished: boolean,
])[] = [
	['F-075 the last ready pod left its slice', [aSlice('a', pods('1'))], aSlice('a', []), true],
	[
		'F-075 the last ready pod left, an unready one stayed',
		[aSlice('a', [{ uid: '1' }, { uid: '2', state: 'unready' }])],
		aSlice('a', [{ uid: '2', state: 'unready' }]),
		true,
	],
	[
		'the last ready pod is unready now',
		[aSlice('a', pods('1'))],
		aSlice('a', [{ uid: '1', state: 'unready' }]),
		false,
	],
	[
		'the last ready pod is draining',
		[aSlice('a', pods('1'))],
		aSlice('a', [{ uid: '1', state: 'draining' }]),
		false,
	],
	[
		'the last ready pod is unready in another slice',
		[aSlice('a', pods('1')), aSlice('b', [{ uid: '1', state: 'unready' }])],
		aSlice('a', []),
		false,
	],
	['another pod is still ready', [aSlice('a', pods('1')), aSlice('b', pods('2'))], aSlice('a', []), false],
	['nobody was ready before', [aSlice('a', [{ uid: '1', state: 'unready' }])], aSlice('a', []), false],
];

for (const [what, before, after, vanished] of moves) {
	test(`${what}: ${vanished ? 'it may be on its way to another slice' : 'there is nothing to wait for'}`, (t) => {
		const { tell, sample } = aWorld(before);
		tell.slices(1500, { kind: 'applied', item: { ...after, resourceVersion: nextVersion() } });
		t.is(sample()?.kind === 'counted' && 'vanishedAt' in (sample() ?? {}), vanished);
	});
}

test('F-075 a slice that is deleted takes its pods along, until they are seen in another', (t) => {
	const { tell, sample } = aWorld([aSlice('a', pods('1'))]);
	tell.slices(1500, { kind: 'deleted', namespace: 'emojivoto', name: 'a', resourceVersion: nextVersion() });
	t.like(sample(), { ready: 0, vanishedAt: 1500 });
	tell.slices(1510, { kind: 'applied', item: aSlice('b', pods('1')) });
	t.deepEqual(sample(), { kind: 'counted', ready: 1, from: 'local', staleAt: 41_000 });
});
