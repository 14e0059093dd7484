import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { KubernetesObject } from '../../../src/model/ports/cluster.ts';
import { ApiStatusError } from '../../../src/simulator/kubernetes/api-status.ts';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore, Selection } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';

const services = { group: '', plural: 'services', namespace: 'default' };

function createStore(): ObjectStore {
	return createObjectStore(createVirtualClock());
}

function colour(store: ObjectStore, name: string, value: string): KubernetesObject {
	const patch = { metadata: { labels: { colour: value } } };
	return store.patch({ ...services, name }, 'application/merge-patch+json', patch);
}

test('two stores given the same calls hold the same objects, uids and times included', (t) => {
	const [one, other] = [createStore(), createStore()].map((store) => {
		store.create(services, { metadata: { generateName: 'web-' } });
		return store.list(services);
	});
	t.deepEqual(one, other);
});

test('what is handed out is frozen and what was handed in stays the caller’s', (t) => {
	const store = createStore();
	const mine = { metadata: { name: 'web', labels: { colour: 'red' } }, spec: { ports: [{ port: 80 }] } };
	const stored = store.create(services, mine);
	mine.metadata.labels.colour = 'blue';
	t.is(stored.metadata.labels?.['colour'], 'red');
	t.throws(() => Object.assign(stored.metadata.labels ?? {}, { colour: 'green' }), { instanceOf: TypeError });
});

test('listeners hear of changes in order even when one of them writes', (t) => {
	const store = createStore();
	const heard: string[] = [];
	store.watch(services, undefined, ({ type, object }) => {
		if (type === 'ADDED') colour(store, object.metadata.name, 'red');
	});
	store.watch(services, undefined, ({ type, resourceVersion }) => heard.push(`${type} ${resourceVersion}`));
	const { resourceVersion } = store.create(services, { metadata: { name: 'web' } }).metadata;
	t.deepEqual(heard, [`ADDED ${resourceVersion}`, `MODIFIED ${Number(resourceVersion) + 1}`]);
});

test('a watch started by a listener hears of each change once', (t) => {
	const store = createStore();
	const heard: string[] = [];
	const since = store.resourceVersion();
	const stop = store.watch(services, undefined, () => {
		stop();
		store.watch(services, since, ({ type }) => heard.push(type));
	});
	store.create(services, { metadata: { name: 'web' } });
	colour(store, 'web', 'red');
	t.deepEqual(heard, ['ADDED', 'MODIFIED']);
});

test('a watch that was ended hears nothing more', (t) => {
	const store = createStore();
	let heard = 0;
	const stop = store.watch(services, undefined, () => {
		heard += 1;
	});
	store.create(services, { metadata: { name: 'web' } });
	stop();
	colour(store, 'web', 'red');
	t.is(heard, 1);
});

test('after a compaction only watches from before it are refused', (t) => {
	const store = createStore();
	const before = store.resourceVersion();
	store.create(services, { metadata: { name: 'web' } });
	store.compact();
	const error = t.throws(() => store.watch(services, before, () => undefined), {
		instanceOf: ApiStatusError,
	});
	t.like(error?.status, { code: 410, reason: 'Expired' });
	t.true(store.isCompacted(before));
	t.notThrows(() => store.watch(services, store.resourceVersion(), () => undefined));
});

type Step = readonly [kind: 'create' | 'colour' | 'delete', name: string, value: string];

const step: fc.Arbitrary<Step> = fc.tuple(
	fc.constantFrom('create', 'colour', 'delete'),
	fc.constantFrom('web', 'voting', 'emoji'),
	fc.constantFrom('red', 'blue'),
);

/** Steps that make no sense where they come are refused by the store, which is part of the game. */
function play(store: ObjectStore, [kind, name, value]: Step): void {
	try {
		if (kind === 'create') store.create(services, { metadata: { name, labels: { colour: value } } });
		if (kind === 'colour') colour(store, name, value);
		if (kind === 'delete') store.delete({ ...services, name });
	} catch (error) {
		if (!(error instanceof ApiStatusError)) throw error;
	}
}

function follow(store: ObjectStore, selection: Selection): Map<string, KubernetesObject> {
	const { resourceVersion, items } = store.list(selection);
	const view = new Map(items.map((item) => [item.metadata.name, item]));
	store.watch(selection, resourceVersion, ({ type, object }) => {
		if (type === 'DELETED') view.delete(object.metadata.name);
		else view.set(object.metadata.name, object);
	});
	return view;
}

function readView(items: readonly KubernetesObject[]): Record<string, KubernetesObject> {
	return Object.fromEntries(items.map((item) => [item.metadata.name, item]));
}

test('a list kept up by its watch is always the list, with and without a selector', (t) => {
	const keepsUp = fc.property(fc.array(step), fc.array(step), (earlier, later) => {
		const store = createStore();
		for (const each of earlier) play(store, each);
		const selections = [services, { ...services, labelSelector: 'colour=red' }];
		const views = selections.map((selection) => follow(store, selection));
		for (const each of later) play(store, each);
		return selections.every((selection, index) =>
			isDeepStrictEqual(readView([...(views[index]?.values() ?? [])]), readView(store.list(selection).items)),
		);
	});
	t.notThrows(() => fc.assert(keepsUp));
});

test('resourceVersions only ever increase, and a write that changes nothing takes none', (t) => {
	const store = createStore();
	const first = store.create(services, { metadata: { name: 'web' } });
	const red = colour(store, 'web', 'red');
	t.true(Number(red.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
	t.is(colour(store, 'web', 'red'), red);
	t.is(store.resourceVersion(), red.metadata.resourceVersion);
});
