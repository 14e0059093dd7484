import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { type Renewal, readLease, renewalOf } from '../../src/observe/lease-facts.ts';
import type { World } from '../../src/observe/world.ts';
import { leaseItem, lookAt, mirrorItem, sliceItem, tellWorld } from '../support/worlds.ts';

function aLease(spec: unknown): KubernetesObject {
	return { metadata: { name: 'l', namespace: 'n', uid: 'u', resourceVersion: '1' }, spec };
}

test('a Lease is renewed when its holder says, to the millisecond', (t) => {
	const renewTime = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
	t.deepEqual(readLease(aLease({ renewTime: '2026-01-02T03:04:05.678901Z' })), { renewTime });
});

for (const spec of [undefined, null, {}, { renewTime: null }, { renewTime: 'soon' }]) {
	test(`a Lease of which spec is ${JSON.stringify(spec)} does not say when`, (t) => {
		t.deepEqual(readLease(aLease(spec)), {});
	});
}

const sights: readonly (readonly [
	what: string,
	known: Renewal | undefined,
	renewTime: number | undefined,
	at: number,
])[] = [
	['at first sight its own time counts', undefined, 400, 400],
	['a time in the future is now', undefined, 5_000, 1_000],
	['a Lease without a time was renewed when it was seen', undefined, undefined, 1_000],
	['the same time again is no sign of life', { renewTime: 400, at: 450 }, 400, 450],
	['another time is, by our clock', { renewTime: 400, at: 450 }, 600, 1_000],
	['even one that goes back: clocks differ', { renewTime: 400, at: 450 }, 100, 1_000],
	['a time that goes missing is another', { renewTime: 400, at: 450 }, undefined, 1_000],
];

for (const [what, known, renewTime, at] of sights) {
	test(what, (t) => {
		const facts = renewTime === undefined ? {} : { renewTime };
		t.deepEqual(renewalOf(known, facts, 1_000), { renewTime, at });
	});
}

/** A world with a ready gateway mirror, whose watches live for ever. */
function aWorldWithMirror() {
	const world: World = new Map();
	const tell = tellWorld(world);
	const leases = tellWorld(world, 'east', 'linkerd-multicluster').leases;
	const forever = Number.POSITIVE_INFINITY;
	tell.services(forever, { kind: 'reset', items: [mirrorItem('emoji-svc-west', 'gateway')] });
	tell.slices(forever, { kind: 'reset', items: [sliceItem('g', 'emoji-svc-west', '172.18.0.20')] });
	const sample = (now: number) => lookAt(world, now, undefined, ['east']).samples.get('emoji-svc-west');
	return { leases, sample };
}

const stale = {
	kind: 'unknown',
	cause: { kind: 'Stale', source: 'Lease linkerd-multicluster/service-mirror-write-west' },
};

test('F-086 a Lease that vanishes is as one that is not renewed any more', (t) => {
	const { leases, sample } = aWorldWithMirror();
	leases(100_000, { kind: 'reset', items: [leaseItem(100_000)] });
	leases(102_000, { kind: 'reset', items: [] });
	t.like(sample(139_999), { kind: 'mirrored', ready: true, staleAt: 140_000 });
	t.deepEqual(sample(140_000) as unknown, stale);
});

test('F-086 what a Lease says first counts until it changes, whatever its holder’s clock', (t) => {
	const { leases, sample } = aWorldWithMirror();
	leases(100_000, { kind: 'reset', items: [leaseItem(50_000)] });
	t.deepEqual(sample(100_000) as unknown, stale);
	const touched = leases(102_000, { kind: 'applied', item: leaseItem(52_000, '2') });
	t.deepEqual([...touched], ['east/linkerd-multicluster/leases/service-mirror-write-west']);
	t.like(sample(102_000), { kind: 'mirrored', staleAt: 142_000 });
	t.deepEqual([...leases(104_000, { kind: 'applied', item: leaseItem(54_000, '3') })], []);
	t.like(sample(104_000), { kind: 'mirrored', staleAt: 144_000 });
});
