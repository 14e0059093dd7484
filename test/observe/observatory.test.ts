import test, { type ExecutionContext } from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Observatory } from '../../src/observe/observatory.ts';
import { createObservatory } from '../../src/observe/observatory.ts';
import { keepMirrorLease } from '../../src/simulator/world/mirror-lease.ts';
import { anEndpointSlice, aService, createObjects, type NewObject } from '../support/kubernetes-objects.ts';
import { aPolicy } from '../support/policies.ts';
import { startSplitCluster } from '../support/split-cluster.ts';

const clusters = new Set(['east']);
const policy = aPolicy();

function startObservatory(t: ExecutionContext) {
	const { clock, store, cluster, key, setWeight } = startSplitCluster();
	createObjects(store, aService(), anEndpointSlice());
	const news: string[] = [];
	const life = new AbortController();
	t.teardown(() => life.abort());
	const observatory: Observatory = createObservatory({
		clock,
		random: () => 0,
		findCluster: () => Promise.resolve(cluster),
		onProblem: (found) => t.fail(found.message),
		onNews: (topics) => news.push(...topics),
	});
	const look = () => observatory.look(policy, clusters, life.signal).snapshot;
	const topics = () => observatory.look(policy, clusters, life.signal).topics;
	return { clock, store, cluster, key, setWeight, news, observatory, look, topics, signal: life.signal };
}

/** The live weight of emoji-svc as the observatory knows it. */
function knownWeight(look: () => Snapshot): number | undefined {
	const { target } = look();
	return target.kind === 'found' ? target.target.rules[0]?.backends[0]?.weight : undefined;
}

test('the first look starts the watches, and whoever asked hears of what they bring', async (t) => {
	const { clock, look, news, topics } = startObservatory(t);
	t.is(look().waitingFor.length, 4);
	t.deepEqual(news, []);
	await clock.advance(1);
	t.deepEqual(new Set(news), new Set(['east/emojivoto']));
	t.true(topics().includes('east/emojivoto'));
	const { waitingFor, target, samples } = look();
	t.deepEqual([waitingFor, target.kind], [[], 'found']);
	t.like(samples.get('emoji-svc'), { kind: 'counted', ready: 1 });
});

test('what a write showed is known ahead of the watch, and an older word of the watch does not undo it', async (t) => {
	const { clock, store, key, setWeight, look, news, observatory } = startObservatory(t);
	look();
	await clock.advance(1);
	const before = store.get(key);
	setWeight(7);
	observatory.tell('east', store.get(key));
	t.is(knownWeight(look), 7);
	t.is(news.at(-1), 'east/emojivoto/splits/emoji-svc');
	observatory.tell('east', before);
	t.is(knownWeight(look), 7);
	await clock.advance(1);
	t.is(knownWeight(look), 7);
});

test('what no policy rests on any more is forgotten, and seen anew when one does again', async (t) => {
	const { clock, look, news, observatory } = startObservatory(t);
	look();
	await clock.advance(1);
	observatory.retain([policy], clusters);
	t.deepEqual(look().waitingFor, []);
	observatory.retain([], clusters);
	const heard = news.length;
	await clock.advance(30_000);
	t.is(news.length, heard);
	t.is(look().waitingFor.length, 4);
	await clock.advance(1);
	t.deepEqual(look().waitingFor, []);
});

test('what a late answer showed of an object that is gone does not bring it back', async (t) => {
	const { clock, store, key, look, observatory } = startObservatory(t);
	look();
	await clock.advance(1);
	const before = store.get(key);
	store.delete(key);
	await clock.advance(1);
	t.is(look().target.kind, 'missing');
	observatory.tell('east', before);
	t.is(look().target.kind, 'missing');
	const { metadata, spec } = before as KubernetesObject & { readonly spec: object };
	const { name, namespace } = metadata;
	store.create(key, { ...before, metadata: { name, namespace }, spec });
	observatory.tell('east', store.get(key));
	t.is(look().target.kind, 'found');
});

test('what is no target, or where nobody watches, is not listened to', async (t) => {
	const { clock, store, key, look, news, observatory } = startObservatory(t);
	observatory.tell('east', store.get(key));
	t.deepEqual(news, []);
	look();
	await clock.advance(1);
	const heard = news.length;
	observatory.tell(
		'east',
		store.get({ group: '', plural: 'services', namespace: 'emojivoto', name: 'emoji-svc' }),
	);
	observatory.tell('west', store.get(key));
	t.is(news.length, heard);
});

test('a route is watched, read and told of like a split', async (t) => {
	const { clock, store, news, observatory, signal } = startObservatory(t);
	const target = { ...policy.target, kind: 'HTTPRoute', name: 'emoji-route' } as const;
	const routed = aPolicy({ target });
	const look = () => observatory.look(routed, clusters, signal).snapshot.target;
	look();
	const route = aRoute({ 'emoji-svc': 1, 'emoji-svc-west': 0 });
	createObjects(store, route);
	await clock.advance(1);
	t.like(look(), { kind: 'found', target: { kind: 'HTTPRoute', apexes: ['emoji-svc'] } });
	const key = {
		group: 'gateway.networking.k8s.io',
		plural: 'httproutes',
		namespace: 'emojivoto',
		name: 'emoji-route',
	};
	store.patch(key, 'application/merge-patch+json', {
		spec: aRoute({ 'emoji-svc': 0, 'emoji-svc-west': 1 })['spec'],
	});
	observatory.tell('east', store.get(key));
	t.is(news.at(-1), 'east/emojivoto/httpRoutes/emoji-route');
	const seen = look();
	t.is(seen.kind === 'found' && seen.target.rules[0]?.backends[0]?.weight, 0);
});

test('news of a ServiceProfile wakes the policy of its apex', async (t) => {
	const { clock, store, look, topics, news } = startObservatory(t);
	look();
	await clock.advance(1);
	news.length = 0;
	for (const apex of ['emoji-svc', 'other-svc']) createObjects(store, aProfile(apex));
	await clock.advance(1);
	t.deepEqual(news, ['east/emojivoto/profiles/emoji-svc', 'east/emojivoto/profiles/other-svc']);
	t.deepEqual(
		topics().filter((topic) => news.includes(topic)),
		['east/emojivoto/profiles/emoji-svc'],
	);
	t.like(look().target, { kind: 'found', profile: { apex: 'emoji-svc' } });
});

test('F-086 Leases are watched for a policy with a gateway mirror only, and news of them is rare', async (t) => {
	const { clock, store, look, topics, news, observatory } = startObservatory(t);
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	look();
	await clock.advance(1);
	t.false(topics().some((topic) => topic.includes('linkerd-multicluster')));
	createObjects(store, aMirror());
	void keepMirrorLease(store, 'west', clock, stop.signal);
	await clock.advance(1);
	t.deepEqual(look().waitingFor, ['leases of east/linkerd-multicluster']);
	await clock.advance(1);
	t.deepEqual(look().waitingFor, []);
	const lease = 'east/linkerd-multicluster/leases/service-mirror-write-west';
	t.true(topics().includes(lease));
	news.length = 0;
	await clock.advance(60_000);
	t.false(news.includes(lease), 'thirty renewals are none');
	t.like(look().samples.get('emoji-svc-west'), { kind: 'mirrored' });
	stop.abort();
	await clock.advance(40_000);
	t.like(look().samples.get('emoji-svc-west'), { kind: 'unknown', cause: { kind: 'Stale' } });
	void keepMirrorLease(store, 'west', clock, new AbortController().signal);
	await clock.advance(1);
	t.true(news.includes(lease));
	t.like(look().samples.get('emoji-svc-west'), { kind: 'mirrored' });
	store.delete({ group: '', plural: 'services', namespace: 'emojivoto', name: 'emoji-svc-west' });
	await clock.advance(1);
	observatory.retain([policy], clusters);
	t.false(topics().some((topic) => topic.includes('linkerd-multicluster')));
});

function aRoute(weights: Readonly<Record<string, number>>): NewObject {
	const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 8080, weight }));
	return {
		apiVersion: 'gateway.networking.k8s.io/v1',
		kind: 'HTTPRoute',
		metadata: { name: 'emoji-route', namespace: 'emojivoto' },
		spec: { parentRefs: [{ group: '', kind: 'Service', name: 'emoji-svc' }], rules: [{ backendRefs }] },
	};
}

function aProfile(apex: string): NewObject {
	return {
		apiVersion: 'linkerd.io/v1alpha2',
		kind: 'ServiceProfile',
		metadata: { name: `${apex}.emojivoto.svc.cluster.local`, namespace: 'emojivoto' },
		spec: {},
	};
}

/** Of west's emoji-svc, with a gateway. */
function aMirror(): NewObject {
	const labels = { 'mirror.linkerd.io/cluster-name': 'west' };
	const annotations = { 'mirror.linkerd.io/remote-svc-fq-name': 'emoji-svc.emojivoto.svc.cluster.local' };
	const metadata = { name: 'emoji-svc-west', labels, annotations, namespace: 'emojivoto' };
	return { ...aService({ metadata }), spec: { ports: [{ port: 8080 }] } };
}
