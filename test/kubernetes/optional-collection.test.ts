import test from 'ava';
import { codes, names, startReflection } from '../support/reflection.ts';
import { listReply, splitOnWire, splits, statusReply } from '../support/watch-wire.ts';

const missing = { kind: 'answer', status: 404, body: '404 page not found' } as const;
const emoji = splitOnWire('emoji', '10');
const optional = { ...splits, optional: true };

test('F-026 an optional type that is not served has no objects, and is found once it is', async (t) => {
	const get = [missing, missing, missing, missing, listReply('12', [emoji])] as const;
	const reflection = await startReflection(t, {
		stream: [missing, missing, missing, missing, statusReply(422, '')],
		get: get.slice(4) as [(typeof get)[4]],
		collection: optional,
	});
	const { api, clock, log } = reflection;
	await log.until(() => log.count('reset') === 1);
	t.deepEqual(log.changes, [{ kind: 'reset', items: [] }]);
	await clock.advance(29_999);
	t.is(api.requests.length, 2, 'once in each version');
	await clock.advance(1);
	await log.until(() => log.count('alive') === 1);
	t.is(log.count('reset'), 1, 'told once');
	await clock.advance(30_000);
	await log.until(() => log.count('reset') === 2);
	t.deepEqual(names(reflection), ['emoji']);
	t.deepEqual(codes(reflection), []);
});

test('F-027 an optional type that is no longer served has no objects any more', async (t) => {
	const reflection = await startReflection(t, {
		get: [listReply('12', [emoji]), missing],
		watch: [missing],
		collection: optional,
	});
	await reflection.log.until(() => reflection.log.count('reset') === 2);
	t.deepEqual(names(reflection), []);
	t.deepEqual(codes(reflection), []);
});

test('a collection of all namespaces by label asks for just that, listed and watched', async (t) => {
	const { namespace: _, ...everywhere } = splits;
	const far = splitOnWire('far', '11');
	const elsewhere = { ...far, metadata: { ...far.metadata, namespace: 'elsewhere' } };
	const reflection = await startReflection(t, {
		get: [listReply('12', [emoji, elsewhere])],
		collection: { ...everywhere, labelSelector: 'app=web,!canary' },
	});
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	const asked = api.requests.map(({ url }) => `${url.pathname} ${url.searchParams.get('labelSelector')}`);
	const path = '/apis/split.smi-spec.io/v1alpha2/trafficsplits app=web,!canary';
	t.deepEqual(asked, [path, path, path]);
	const [reset] = log.changes;
	t.deepEqual(reset?.kind === 'reset' ? reset.items.map(({ namespace }) => namespace) : [], [
		'emojivoto',
		'elsewhere',
	]);
});
