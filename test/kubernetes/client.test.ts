import { getEventListeners } from 'node:events';
import test from 'ava';
import { createApiClient } from '../../src/kubernetes/client.ts';
import { NoAnswerError } from '../../src/kubernetes/no-answer.ts';
import { createImpatientClock } from '../support/impatient-clock.ts';
import { startScriptedApi } from '../support/scripted-api.ts';
import { statusReply } from '../support/watch-wire.ts';

const { signal } = new AbortController();
const clock = createImpatientClock();
const get = { method: 'GET', path: '/api' } as const;
const ok = { kind: 'answer', status: 200, body: {} } as const;

test('a TLS connection is reused: two hundred patches one after the other need no more than two', async (t) => {
	const api = await startScriptedApi(t, { tls: true });
	api.script('patch', ok);
	const client = createApiClient({ connection: api.connection, clock });
	t.teardown(() => client.close());
	for (let count = 0; count < 200; count += 1) {
		const body = { type: 'application/json-patch+json', content: [] };
		const { status } = await client.request({ method: 'PATCH', path: '/api', body }, signal);
		t.is(status, 200);
	}
	// undici opens the second as a spare, before it knows that the first is free again.
	t.true(api.connections() <= 2, `${api.connections()} connections`);
});

test('a server whose certificate another authority signed is not spoken to', async (t) => {
	const api = await startScriptedApi(t, { tls: true });
	const { ca } = (await startScriptedApi(t, { tls: true })).connection.tls;
	const tls = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
	const client = createApiClient({ connection: { ...api.connection, tls }, clock });
	t.teardown(() => client.close());
	const error = await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	t.false(error?.maybeActedOn);
	t.is(api.requests.length, 0);
});

test('a server below a path is addressed there', async (t) => {
	const api = await startScriptedApi(t);
	api.script('get', ok);
	const server = `${api.connection.server}/k8s/clusters/c-1/`;
	const client = createApiClient({ connection: { ...api.connection, server }, clock });
	t.teardown(() => client.close());
	await client.request(get, signal);
	t.is(api.requests[0]?.url.pathname, '/k8s/clusters/c-1/api');
});

test('a body that trickles does not outlive the deadline', async (t) => {
	const api = await startScriptedApi(t);
	api.script('get', { kind: 'stream', chunks: ['{'], finish: 'hang' });
	const client = createApiClient({ connection: api.connection, clock, deadline: 1_000 });
	t.teardown(() => client.close());
	const error = await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	t.is(error?.message, 'no answer within 1s');
});

test('a credential plugin that hangs does not outlive the deadline', async (t) => {
	const api = await startScriptedApi(t);
	const authorize = () => new Promise<never>(() => undefined);
	const client = createApiClient({ connection: { ...api.connection, authorize }, clock, deadline: 50 });
	t.teardown(() => client.close());
	await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	await t.throwsAsync(client.open('/api', signal), { instanceOf: NoAnswerError });
	t.is(api.requests.length, 0);
});

test('an open stream outlives the deadline of its start', async (t) => {
	const api = await startScriptedApi(t);
	api.script('get', { kind: 'stream', chunks: ['a'], finish: 'hang' }, { kind: 'hang' });
	const client = createApiClient({ connection: api.connection, clock, deadline: 1_000 });
	t.teardown(() => client.close());
	const stream = await client.open('/api', signal);
	await t.throwsAsync(client.request(get, signal), { message: 'no answer within 1s' });
	api.say('b');
	api.end();
	const chunks: Uint8Array[] = [];
	if (stream.kind === 'open') for await (const chunk of stream.chunks) chunks.push(chunk);
	t.is(Buffer.concat(chunks).toString(), 'ab');
});

test('F-044 refused credentials that cannot be renewed are answered with 401, once', async (t) => {
	const api = await startScriptedApi(t);
	api.script('get', statusReply(401, 'Unauthorized'));
	const client = createApiClient({ connection: api.connection, clock });
	t.teardown(() => client.close());
	t.is((await client.request(get, signal)).status, 401);
	t.is(api.requests.length, 1);
});

test('no listener stays on the signal of calls that are over, however they ended', async (t) => {
	const api = await startScriptedApi(t);
	api.script(
		'get',
		ok,
		{ kind: 'reset' },
		{ kind: 'reset' },
		{ kind: 'stream', chunks: ['a'], finish: 'end' },
	);
	const client = createApiClient({ connection: api.connection, clock });
	t.teardown(() => client.close());
	const stopping = new AbortController();
	await client.request(get, stopping.signal);
	await t.throwsAsync(client.request(get, stopping.signal));
	const stream = await client.open('/api', stopping.signal);
	if (stream.kind === 'open') for await (const chunk of stream.chunks) t.is(chunk.length, 1);
	t.deepEqual(getEventListeners(stopping.signal, 'abort'), []);
});

test('closing ends what is under way', async (t) => {
	const api = await startScriptedApi(t);
	const client = createApiClient({ connection: api.connection, clock });
	const request = client.request(get, signal);
	await api.until(() => api.requests.length === 1);
	await Promise.all([client.close(), t.throwsAsync(request, { instanceOf: NoAnswerError })]);
});
