import test from 'ava';
import fc from 'fast-check';
import type { SourceKind } from '../../src/observe/collections.ts';
import { footingOf } from '../../src/observe/footing.ts';
import { sourceOf, type World } from '../../src/observe/world.ts';
import { aPolicy } from '../support/policies.ts';
import { lookAt, mirrorItem, serviceItem, splitItem, tellWorld } from '../support/worlds.ts';

const clusters = new Set(['east', 'west']);
const policy = aPolicy();
const mirrors = [serviceItem('emoji-svc'), mirrorItem('emoji-svc-west', 'flat')];

function waitingFor(world: World, now: number): readonly string[] {
	return lookAt(world, now).waitingFor;
}

test('INV-09 nothing is decided before everything was listed once, in whatever order', (t) => {
	const lists = (world: World) => {
		const [east, west] = [tellWorld(world), tellWorld(world, 'west')];
		return [
			() => east.splits(5, { kind: 'reset', items: [splitItem({ 'emoji-svc': 1 })] }),
			() => east.services(5, { kind: 'reset', items: mirrors }),
			() => east.slices(5, { kind: 'reset', items: [] }),
			() => east.profiles(5, { kind: 'reset', items: [] }),
			() => west.services(5, { kind: 'reset', items: [serviceItem('emoji-svc')] }),
			() => west.slices(5, { kind: 'reset', items: [] }),
		];
	};
	fc.assert(
		fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (order) => {
			const world: World = new Map();
			for (const index of order) {
				t.not(waitingFor(world, 6).length, 0);
				lists(world)[index]?.();
			}
			t.deepEqual(waitingFor(world, 6), []);
		}),
	);
});

test('what is waited for is named', (t) => {
	const world: World = new Map();
	tellWorld(world).services(5, { kind: 'reset', items: mirrors });
	t.deepEqual(waitingFor(world, 6), [
		'splits of east/emojivoto',
		'slices of east/emojivoto',
		'profiles of east/emojivoto',
		'services of west/emojivoto',
		'slices of west/emojivoto',
	]);
});

/** Begins to watch, at 1000, what then says nothing. */
function watch(world: World, cluster: string, kinds: readonly SourceKind[]): void {
	for (const kind of kinds) sourceOf(world, { cluster, namespace: 'emojivoto', kind }, 1000);
}

test('an origin that is dead from the start holds nothing up for longer than staleAfter', (t) => {
	const world: World = new Map();
	const east = tellWorld(world);
	watch(world, 'west', ['services', 'slices']);
	east.profiles(1000, { kind: 'reset', items: [] });
	east.splits(1000, { kind: 'reset', items: [splitItem({ 'emoji-svc': 1 })] });
	east.services(1000, { kind: 'reset', items: mirrors });
	east.slices(1000, { kind: 'reset', items: [] });
	t.is(waitingFor(world, 40_999).length, 2);
	t.deepEqual(waitingFor(world, 41_000), []);
	const { samples } = lookAt(world, 41_000);
	t.like(samples.get('emoji-svc-west'), { kind: 'unknown', cause: { kind: 'OriginUnreachable' } });
});

test('the target itself is waited for, however long that takes', (t) => {
	const world: World = new Map();
	const east = tellWorld(world);
	watch(world, 'east', ['splits', 'services', 'slices', 'profiles']);
	t.deepEqual(waitingFor(world, 10_000_000), ['splits of east/emojivoto']);
	east.splits(10_000_000, { kind: 'reset', items: [] });
	t.deepEqual(waitingFor(world, 10_000_001), []);
});

/** `east/emojivoto splits` */
function inputs(world: World, declared: ReadonlySet<string> = clusters): readonly string[] {
	return footingOf(world, policy, declared).inputs.map(
		({ cluster, namespace, kind }) => `${cluster}/${namespace} ${kind}`,
	);
}

const targetInputs = ['splits', 'services', 'slices', 'profiles'].map((kind) => `east/emojivoto ${kind}`);

test('inputs and topics grow once a mirror is seen; splits are watched only where the target is', (t) => {
	const world: World = new Map();
	t.deepEqual(inputs(world), targetInputs);
	const before = footingOf(world, policy, clusters).topics;
	tellWorld(world).services(5, { kind: 'reset', items: mirrors });
	t.deepEqual(inputs(world), [...targetInputs, 'west/emojivoto services', 'west/emojivoto slices']);
	const after = footingOf(world, policy, clusters).topics;
	t.deepEqual(
		new Set(after.filter((topic) => !before.includes(topic))),
		new Set(['west/emojivoto/services/emoji-svc', 'west/emojivoto']),
	);
});

test('a mirror of a cluster that is not declared brings no input', (t) => {
	const world: World = new Map();
	tellWorld(world).services(5, { kind: 'reset', items: mirrors });
	t.deepEqual(inputs(world, new Set(['east'])), targetInputs);
});
