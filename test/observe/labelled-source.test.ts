import test from 'ava';
import { followLabelledSplits } from '../../src/observe/labelled-source.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import { createMemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aSplit, createObjects } from '../support/kubernetes-objects.ts';
import { aLabelled, controlledBy, followSplits, old } from '../support/labelled-splits.ts';

test('splits with either label are followed in all namespaces, others are not', async (t) => {
	const { clock, start, news, keys } = followSplits(t, [
		aLabelled('web', controlledBy('linkerd-failover')),
		aLabelled('api', controlledBy('spillway'), 'shop'),
		aLabelled('old', old),
		aLabelled('flagger', { 'app.kubernetes.io/managed-by': 'flagger' }),
		aSplit(),
	]);
	void start();
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/old', 'emojivoto/web', 'shop/api']);
	t.is(news.length, 1);
	t.deepEqual(
		news[0]?.problems.map(({ code }) => code),
		['W_OLD_LABEL'],
	);
});

test('a selector hands over one split after the other: who is named otherwise is left alone, with the old label too', async (t) => {
	const { clock, start, keys, patch } = followSplits(
		t,
		[
			aLabelled('web', controlledBy('linkerd-failover')),
			aLabelled('both', { ...old, ...controlledBy('linkerd-failover') }),
			aLabelled('api', controlledBy('spillway')),
			aLabelled('old', old),
		],
		'failover.linkerd.io/controlled-by=spillway',
	);
	void start();
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/api', 'emojivoto/old']);
	patch('web', { metadata: { labels: controlledBy('spillway') } });
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/api', 'emojivoto/old', 'emojivoto/web']);
});

test('nothing is told before both lists are there', async (t) => {
	const { clock, start, news, cluster, problems } = followSplits(t, [aLabelled('web', controlledBy('x'))]);
	const lift = cluster.faults.inject({ kind: 'unreachable' });
	void start();
	await clock.advance(60_000);
	t.deepEqual([news.length, problems[0]?.code], [0, 'E_CLUSTER_UNREACHABLE']);
	lift();
	await clock.advance(60_000);
	t.is(news.length, 1);
});

test('a cluster without such splits is told as one without policies', async (t) => {
	const { clock, start, news } = followSplits(t, []);
	void start();
	await clock.advance(1_000);
	t.deepEqual(news, [{ policies: [], problems: [] }]);
});

test('weights that change are no news; a backend that is added is, and the other policies stay as they are', async (t) => {
	const { clock, start, news, patch } = followSplits(t, [
		aLabelled('web', controlledBy('x')),
		aLabelled('api', controlledBy('x')),
	]);
	void start();
	await clock.advance(1_000);
	const flipped = [
		{ service: 'emoji-svc', weight: 0 },
		{ service: 'emoji-svc-west', weight: 1 },
	];
	patch('web', { spec: { backends: flipped } });
	await clock.advance(60_000);
	t.is(news.length, 1);
	patch('web', { spec: { backends: [...flipped, { service: 'emoji-svc-central', weight: 0 }] } });
	await clock.advance(1_000);
	t.is(news.length, 2);
	const [before, after] = news.map(({ policies }) => new Map(policies.map((one) => [one.name, one])));
	t.is(after?.get('web')?.backends.length, 3);
	t.is(after?.get('api'), before?.get('api'));
});

test('many changes at once are told together, soon', async (t) => {
	const { clock, store, start, news } = followSplits(t, []);
	void start();
	await clock.advance(1_000);
	for (let n = 0; n < 100; n += 1) createObjects(store, aLabelled(`web-${n}`, controlledBy('x')));
	await clock.advance(100);
	t.deepEqual(
		news.map(({ policies }) => policies.length),
		[0, 100],
	);
});

test('a split that loses its label or is deleted loses its policy', async (t) => {
	const { clock, start, keys, patch, remove } = followSplits(t, [
		aLabelled('web', controlledBy('x')),
		aLabelled('api', controlledBy('x')),
		aLabelled('old', old),
	]);
	void start();
	await clock.advance(1_000);
	patch('web', { metadata: { labels: { 'failover.linkerd.io/controlled-by': null } } });
	remove('old');
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/api']);
});

test('a split that changes over from the old label to the present one keeps its policy', async (t) => {
	const { clock, start, news, keys, patch } = followSplits(t, [aLabelled('web', old)]);
	void start();
	await clock.advance(1_000);
	patch('web', { metadata: { labels: { 'app.kubernetes.io/managed-by': null, ...controlledBy('x') } } });
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/web']);
	t.deepEqual(
		news.map(({ policies, problems }) => [policies.length, problems.length]),
		[
			[1, 1],
			[1, 0],
		],
	);
});

test('one odd split is told, and takes nothing from the others', async (t) => {
	const odd = aSplit({ metadata: { name: 'odd', labels: controlledBy('x') }, backends: {} });
	const quantity = aSplit({
		metadata: { name: 'half', labels: controlledBy('x') },
		version: 'v1alpha1',
		service: 'half',
		backends: { a: '500m', b: '0' },
	});
	const { clock, start, news, keys } = followSplits(t, [odd, quantity, aLabelled('web', controlledBy('x'))]);
	void start();
	await clock.advance(1_000);
	t.deepEqual(keys(), ['emojivoto/half', 'emojivoto/web']);
	t.deepEqual(
		news[0]?.problems.map(({ code, where }) => [code, where]),
		[['E_TARGET_INVALID', { kind: 'named', name: 'TrafficSplit east emojivoto/odd' }]],
	);
});

test('two labelled splits for one Service are told, and both are followed', async (t) => {
	const two = ['web', 'web-2'].map((name) =>
		aSplit({ metadata: { name, labels: controlledBy('x') }, service: 'web' }),
	);
	const { clock, start, news } = followSplits(t, two);
	void start();
	await clock.advance(1_000);
	t.deepEqual(
		news.map(({ policies, problems }) => [policies.length, problems.map(({ code }) => code)]),
		[[2, ['W_SHARED_APEX', 'W_SHARED_APEX']]],
	);
});

test('a new list with nothing new is no news, and what is gone from it is', async (t) => {
	const { clock, cluster, start, news, keys, remove } = followSplits(t, [
		aLabelled('web', controlledBy('x')),
		aLabelled('api', controlledBy('x')),
	]);
	void start();
	await clock.advance(1_000);
	for (const gone of [false, true]) {
		const lift = cluster.faults.inject({ kind: 'freeze-watches' });
		if (gone) remove('api');
		await clock.advance(30_000);
		lift();
		await clock.advance(30_000);
		t.is(news.length, gone ? 2 : 1);
	}
	t.deepEqual(keys(), ['emojivoto/web']);
});

test('it ends when it is told to, and tells nothing more', async (t) => {
	const { clock, store, start, news, life } = followSplits(t, []);
	const running = start();
	await clock.advance(1_000);
	createObjects(store, aLabelled('web', controlledBy('x')));
	await clock.advance(10);
	life.abort();
	await clock.advance(1_000);
	await running;
	t.is(news.length, 1);
});

test('a fault of the listener ends it', async (t) => {
	const clock = createVirtualClock();
	const cluster = createMemoryCluster({ name: 'east', store: createObjectStore(clock), clock });
	const life = new AbortController();
	t.teardown(() => life.abort());
	const onPolicies = () => {
		throw new TypeError('our own');
	};
	const running = followLabelledSplits(
		{ cluster, clock, onPolicies, onProblem: () => undefined },
		life.signal,
	);
	const failed = t.throwsAsync(running, { instanceOf: TypeError });
	await clock.advance(1_000);
	await failed;
});

test('10 000 splits are one call, and one of them that changes leaves the others as they are', async (t) => {
	const many = Array.from({ length: 10_000 }, (_, n) => aLabelled(`web-${n}`, controlledBy('x')));
	const { clock, start, news, patch } = followSplits(t, many);
	void start();
	await clock.advance(1_000);
	t.deepEqual([news.length, news[0]?.policies.length], [1, 10_000]);
	patch('web-7', { metadata: { annotations: { 'failover.linkerd.io/primary-service': 'emoji-svc-west' } } });
	await clock.advance(1_000);
	const before = new Set(news[0]?.policies);
	t.is(news.length, 2);
	t.is(news[1]?.policies.filter((policy) => !before.has(policy)).length, 1);
});
