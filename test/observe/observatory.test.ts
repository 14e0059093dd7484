import test, { type ExecutionContext } from 'ava';
import type { Observatory } from '../../src/observe/observatory.ts';
import { createObservatory } from '../../src/observe/observatory.ts';
import { anEndpointSlice, aService, createObjects } from '../support/kubernetes-objects.ts';
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
	const look = () => observatory.look(policy, clusters, life.signal);
	return { clock, store, cluster, key, setWeight, news, observatory, look };
}

/** The live weight of emoji-svc as the observatory knows it. */
function knownWeight(look: () => ReturnType<Observatory['look']>): number | undefined {
	const { target } = look();
	return target.kind === 'found' ? target.target.rules[0]?.backends[0]?.weight : undefined;
}

test('the first look starts the watches, and whoever asked hears of what they bring', async (t) => {
	const { clock, look, news, observatory } = startObservatory(t);
	t.is(look().waitingFor.length, 3);
	t.deepEqual(news, []);
	await clock.advance(1);
	t.deepEqual(new Set(news), new Set(['east/emojivoto']));
	t.true(observatory.topics(policy, clusters).includes('east/emojivoto'));
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
	t.is(news.at(-1), 'east/emojivoto/split/emoji-svc');
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
	t.is(look().waitingFor.length, 3);
	await clock.advance(1);
	t.deepEqual(look().waitingFor, []);
});
