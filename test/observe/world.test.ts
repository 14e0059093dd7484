import test from 'ava';
import type { World } from '../../src/observe/world.ts';
import { serviceItem, sliceItem, splitItem, tellWorld } from '../support/worlds.ts';

function aWorld() {
	const world: World = new Map();
	return tellWorld(world);
}

/** Names of the slices of each Service. */
function slicesOf(world: World): unknown {
	return Object.fromEntries(world.get('east/emojivoto')?.sources.slices?.index ?? []);
}

test('a whole list touches its namespace, and everything that rests on it', (t) => {
	const tell = aWorld();
	t.deepEqual(tell.splits(1, { kind: 'reset', items: [] }), new Set(['east/emojivoto']));
	t.deepEqual(tell.services(1, { kind: 'reset', items: [] }), new Set(['east/emojivoto']));
	t.deepEqual(tell.slices(1, { kind: 'reset', items: [] }), new Set(['east/emojivoto']));
});

test('a change touches the object it is about, and a slice its Service', (t) => {
	const tell = aWorld();
	t.deepEqual(
		tell.splits(1, { kind: 'applied', item: splitItem({ a: 1 }) }),
		new Set(['east/emojivoto/splits/emoji-svc']),
	);
	t.deepEqual(
		tell.services(1, { kind: 'applied', item: serviceItem('web') }),
		new Set(['east/emojivoto/services/web']),
	);
	t.deepEqual(
		tell.slices(1, { kind: 'applied', item: sliceItem('web-1', 'web', 'p1') }),
		new Set(['east/emojivoto/services/web']),
	);
	t.deepEqual(
		tell.slices(1, { kind: 'deleted', namespace: 'emojivoto', name: 'web-1', resourceVersion: '2' }),
		new Set(['east/emojivoto/services/web']),
	);
});

test('proof of life, and news older than what is known, touch nothing', (t) => {
	const tell = aWorld();
	tell.services(1, { kind: 'applied', item: { ...serviceItem('web'), resourceVersion: '10' } });
	t.is(tell.services(2, { kind: 'alive' }).size, 0);
	t.is(tell.services(3, { kind: 'applied', item: { ...serviceItem('web'), resourceVersion: '9' } }).size, 0);
});

test('F-085 a slice that changes its Service touches both, and is counted for the new one only', (t) => {
	const tell = aWorld();
	tell.slices(1, { kind: 'reset', items: [sliceItem('s', 'web', 'p1')] });
	const moved = { ...sliceItem('s', 'api', 'p1'), resourceVersion: '2' };
	t.deepEqual(
		tell.slices(2, { kind: 'applied', item: moved }),
		new Set(['east/emojivoto/services/web', 'east/emojivoto/services/api']),
	);
	t.deepEqual(slicesOf(tell.world), { api: ['s'] });
});

test('a list that leaves a slice out takes it from its Service', (t) => {
	const tell = aWorld();
	tell.slices(1, { kind: 'reset', items: [sliceItem('s1', 'web', 'p1'), sliceItem('s2', 'web', 'p2')] });
	tell.slices(2, { kind: 'reset', items: [sliceItem('s2', 'web', 'p2')] });
	t.deepEqual(slicesOf(tell.world), { web: ['s2'] });
});

test('INV-06 namespaces and clusters of the same name are kept apart', (t) => {
	const world: World = new Map();
	tellWorld(world, 'east').services(1, { kind: 'reset', items: [serviceItem('web')] });
	tellWorld(world, 'west').services(2, { kind: 'reset', items: [] });
	tellWorld(world, 'east', 'other').services(3, { kind: 'reset', items: [] });
	t.deepEqual(
		[...world].map(
			([
				key,
				{
					sources: { services },
				},
			]) => [key, [...(services?.items.keys() ?? [])], services?.aliveAt],
		),
		[
			['east/emojivoto', ['web'], 1],
			['west/emojivoto', [], 2],
			['east/other', [], 3],
		],
	);
});
