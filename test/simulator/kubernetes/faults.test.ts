import test from 'ava';
import { createVirtualClock, type VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { startEmbeddedApi } from '../../support/embedded-api.ts';

const services = '/api/v1/namespaces/default/services';
const place = { group: '', plural: 'services', namespace: 'default' };
const web = { metadata: { name: 'web' } };

test('an answer on purpose strikes as many matching requests as it was told to', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	api.faults.inject({
		kind: 'answer',
		code: 429,
		retryAfterSeconds: 2,
		method: 'GET',
		pathPrefix: services,
		times: 1,
	});
	const other = await access.call({ method: 'GET', path: '/version' });
	t.is(other.code, 200);
	const struck = await access.call({ method: 'GET', path: services });
	t.is(struck.code, 429);
	t.is(struck.headers['retry-after'], '2');
	t.like(struck.body, { kind: 'Status', reason: 'TooManyRequests', details: { retryAfterSeconds: 2 } });
	t.is((await access.call({ method: 'GET', path: services })).code, 200);
});

test('an answer on purpose without a number strikes until it is lifted', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const lift = api.faults.inject({ kind: 'answer', code: 500 });
	const codes = [];
	for (let round = 0; round < 3; round += 1)
		codes.push((await access.call({ method: 'GET', path: services })).code);
	lift();
	codes.push((await access.call({ method: 'GET', path: services })).code);
	t.deepEqual(codes, [500, 500, 500, 200]);
});

test('a write dropped before it is applied leaves no trace', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	api.faults.inject({ kind: 'drop', moment: 'before-applying', method: 'POST', times: 1 });
	await t.throwsAsync(access.call({ method: 'POST', path: services, text: JSON.stringify(web) }));
	t.deepEqual(api.store.list(place).items, []);
});

test('a write dropped before its answer is applied all the same', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	api.faults.inject({ kind: 'drop', moment: 'before-answering', method: 'POST', times: 1 });
	await t.throwsAsync(access.call({ method: 'POST', path: services, text: JSON.stringify(web) }));
	t.is(api.store.list(place).items.length, 1);
});

test('a held request is applied and answered only when its time has come', async (t) => {
	const clock = createVirtualClock();
	const held = Promise.withResolvers<void>();
	const sleep: VirtualClock['sleep'] = (span, signal) => {
		if (span === 5_000) held.resolve();
		return clock.sleep(span, signal);
	};
	const { api, access } = await startEmbeddedApi(t, { ...clock, sleep });
	api.faults.inject({ kind: 'hold', span: 5_000, method: 'POST', times: 1 });
	const answer = access.call({ method: 'POST', path: services, text: JSON.stringify(web) });
	await held.promise;
	t.is(api.store.list(place).items.length, 0);
	await clock.advance(5_000);
	t.is((await answer).code, 201);
});

test('watches can be cut, and ended as if their time had run out', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const cut = await access.watch(services);
	api.faults.inject({ kind: 'cut-watches' });
	await t.throwsAsync(cut.next());
	const ended = await access.watch(services);
	api.faults.inject({ kind: 'end-watches' });
	t.deepEqual(await ended.next(), { done: true, value: undefined });
});

test('a watch receives a line of garbage between its events', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const watch = await access.watch(services);
	api.faults.inject({ kind: 'send-line', line: '{"type":' });
	api.store.create(place, web);
	t.is((await watch.next()).value, '{"type":');
	t.regex(String((await watch.next()).value), /^{"type":"ADDED"/);
});

test('a silenced watch stays open and says nothing, a new one speaks', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const silent = await access.watch(services);
	api.faults.inject({ kind: 'silence-watches' });
	api.store.create(place, web);
	const speaking = await access.watch(services);
	t.regex(String((await speaking.next()).value), /^{"type":"ADDED"/);
	t.is(api.watches.count(), 2);
	api.faults.inject({ kind: 'cut-watches' });
	await t.throwsAsync(silent.next());
});

test('refused connections are cut, old and new, until the refusal is lifted', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const watch = await access.watch(services);
	const lift = api.faults.inject({ kind: 'refuse-connections' });
	await t.throwsAsync(watch.next());
	await t.throwsAsync(access.call({ method: 'GET', path: services }));
	lift();
	t.is((await access.call({ method: 'GET', path: services })).code, 200);
});
