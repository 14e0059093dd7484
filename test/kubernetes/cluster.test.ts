import test, { type ExecutionContext } from 'ava';
import { type ConnectedCluster, connectCluster } from '../../src/kubernetes/cluster.ts';
import type { WriteOutcome } from '../../src/model/ports/cluster.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { createChangeLog } from '../support/change-log.ts';
import { createImpatientClock } from '../support/impatient-clock.ts';
import { quiet } from '../support/reflection.ts';
import { type Reply, type ScriptedApi, startScriptedApi } from '../support/scripted-api.ts';
import { listReply, splitOnWire, splits, statusReply } from '../support/watch-wire.ts';

const { signal } = new AbortController();
const emoji = splitOnWire('emoji', '10');
const ref = { resource: splits.resource, namespace: 'emojivoto', name: 'emoji', version: 'v1alpha2' };
const operations = [{ op: 'replace', path: '/spec/backends/0/weight', value: 0 }] as const;

interface Pair {
	readonly api: ScriptedApi;
	readonly cluster: ConnectedCluster;
}

async function startCluster(t: ExecutionContext, deadline?: number): Promise<Pair> {
	const api = await startScriptedApi(t);
	const clock = createImpatientClock();
	const limit = deadline === undefined ? {} : { deadline };
	const { connection } = api;
	const cluster = connectCluster({ name: 'east', connection, clock, random: () => 0.5, ...limit });
	t.teardown(() => cluster.close());
	return { api, cluster };
}

async function patchOnce(t: ExecutionContext, reply: Reply, deadline?: number): Promise<WriteOutcome> {
	const { api, cluster } = await startCluster(t, deadline);
	api.script('patch', reply);
	const outcome = await cluster.patch(ref, operations, signal);
	t.is(api.seen('patch').length, 1, 'a patch is never repeated unasked');
	return outcome;
}

const busy = { 'retry-after': '3' };
const testFailed = 'the server rejected our request due to an error in our request';
const denied = 'admission webhook "w.example.com" denied the request: not now';

const outcomes: readonly (readonly [string, Reply, object])[] = [
	['200 is patched', { kind: 'answer', status: 200, body: emoji }, { kind: 'written', object: emoji }],
	['F-028 409 is a conflict', statusReply(409, 'modified'), { kind: 'conflict', message: 'modified' }],
	['422 of a failed test is a conflict', statusReply(422, testFailed), { kind: 'conflict' }],
	[
		'F-040 422 of a schema is refused, with the field',
		statusReply(422, 'spec.backends[0].weight: Invalid value'),
		{ kind: 'refused', problem: { code: 'E_WRITE_REFUSED', got: 'spec.backends[0].weight: Invalid value' } },
	],
	['400 is refused', statusReply(400, 'bad'), { kind: 'refused', problem: { code: 'E_WRITE_REFUSED' } }],
	['F-041 404 is missing', statusReply(404, 'not found'), { kind: 'missing' }],
	['401 is refused', statusReply(401, ''), { kind: 'refused', problem: { code: 'E_CLUSTER_AUTH' } }],
	['F-047 403 is refused', statusReply(403, 'no'), { kind: 'refused', problem: { code: 'E_FORBIDDEN' } }],
	[
		'F-037 403 of an admission webhook is refused, with what it says',
		statusReply(403, denied),
		{ kind: 'refused', problem: { code: 'E_WRITE_REFUSED', got: denied } },
	],
	[
		'F-043 403 of a namespace on its way out is refused, and no right is asked for',
		statusReply(403, 'unable to create new content in namespace a because it is being terminated'),
		{ kind: 'refused', problem: { code: 'E_WRITE_REFUSED' } },
	],
	[
		'F-029 429 with Retry-After is unavailable for that long',
		statusReply(429, 'busy', busy),
		{ kind: 'unavailable', message: 'HTTP 429: busy', retryAfter: 3_000 },
	],
	['F-030 429 without Retry-After is unavailable', statusReply(429, 'busy'), { kind: 'unavailable' }],
	...[500, 502, 503, 504].map(
		(status) =>
			[`F-031 ${status} is unavailable`, statusReply(status, 'ill'), { kind: 'unavailable' }] as const,
	),
	['F-032 a connection reset after sending is unknown', { kind: 'reset' }, { kind: 'unknown' }],
	[
		'F-032 an answer cut off is unknown',
		{ kind: 'stream', chunks: ['{"kind":'], finish: 'reset' },
		{ kind: 'unknown' },
	],
	['200 without an object is unknown', { kind: 'answer', status: 200, body: 'ok' }, { kind: 'unknown' }],
];

for (const [title, reply, expected] of outcomes) {
	test(`patch: ${title}`, async (t) => {
		t.like(await patchOnce(t, reply), expected);
	});
}

test('F-032 patch: no answer within the deadline is unknown', async (t) => {
	t.like(await patchOnce(t, { kind: 'hang' }, 1_000), { kind: 'unknown', message: 'no answer within 1s' });
});

test('F-033 patch: a connection refused before sending is unavailable', async (t) => {
	const { api, cluster } = await startCluster(t);
	await api.close();
	t.is((await cluster.patch(ref, operations, signal)).kind, 'unavailable');
});

test('patch: the request is a JSON Patch of the version named', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('patch', { kind: 'answer', status: 200, body: emoji });
	await cluster.patch(ref, operations, signal);
	const [request] = api.seen('patch');
	t.is(request?.url.pathname, '/apis/split.smi-spec.io/v1alpha2/namespaces/emojivoto/trafficsplits/emoji');
	t.is(request?.headers['content-type'], 'application/json-patch+json');
	t.is(request?.headers['user-agent'], 'spillway');
	t.deepEqual(JSON.parse(request?.body ?? ''), operations);
});

test('patch: a foreign message is made safe to print', async (t) => {
	const outcome = await patchOnce(t, statusReply(409, `line\n\u001b[31m${'x'.repeat(1_000)}`));
	t.true(outcome.kind === 'conflict' && /^line\\u000A\\u001B\[31mx{200,}…$/.test(outcome.message));
});

test('an aborted call rejects with the reason of its signal', async (t) => {
	const { api, cluster } = await startCluster(t);
	const stopping = new AbortController();
	const patch = cluster.patch(ref, operations, stopping.signal);
	await api.until(() => api.seen('patch').length === 1);
	stopping.abort(new Error('shutting down'));
	await t.throwsAsync(patch, { message: 'shutting down' });
});

test('read returns the object, in the first version that has it', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('get', statusReply(404, '404 page not found'), { kind: 'answer', status: 200, body: emoji });
	t.deepEqual(await cluster.read(ref, signal), emoji);
	t.deepEqual(
		api.seen('get').map(({ url }) => url.pathname.split('/')[3]),
		['v1alpha2', 'v1alpha1'],
	);
});

test('read returns undefined for an object that no version has', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('get', statusReply(404, 'not found'));
	t.is(await cluster.read(ref, signal), undefined);
});

for (const [what, reply, code] of [
	['403', statusReply(403, 'no'), 'E_FORBIDDEN'],
	['500', statusReply(500, 'ill'), 'E_CLUSTER_UNREACHABLE'],
	['a reset connection', { kind: 'reset' }, 'E_CLUSTER_UNREACHABLE'],
	['no object', { kind: 'answer', status: 200, body: '[]' }, 'E_CLUSTER_UNREACHABLE'],
] as const) {
	test(`read throws a problem on ${what}, rather than take the object for missing`, async (t) => {
		const { api, cluster } = await startCluster(t);
		api.script('get', reply);
		const error = await t.throwsAsync(cluster.read(ref, signal), { instanceOf: ProblemError });
		t.like(error?.problem, { code, where: { kind: 'named', name: 'east emojivoto/emoji' } });
	});
}

test('F-025 a namespace without rights does not keep another from being watched', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('get', ({ url }) =>
		url.pathname.includes('/emojivoto/') ? listReply('12', [emoji]) : statusReply(403, 'no'),
	);
	api.script('watch', quiet);
	const stopping = new AbortController();
	const logs = ['emojivoto', 'secret'].map((namespace) => {
		const log = createChangeLog<string>();
		const done = cluster.reflect({ ...splits, namespace }, log.sink, stopping.signal);
		return { log, done };
	});
	await Promise.all([
		logs[0]?.log.until(() => logs[0]?.log.count('alive') === 1),
		logs[1]?.log.until(() => logs[1]?.log.count('problem') === 2),
	]);
	stopping.abort();
	await Promise.all(logs.map(({ done }) => done));
	t.is(logs[0]?.log.count('problem'), 0);
	t.is(logs[1]?.log.count('reset'), 0);
	t.like(logs[1]?.log.problems()[0], {
		code: 'E_FORBIDDEN',
		remedy: 'grant "list" on trafficsplits.split.smi-spec.io in namespace secret',
	});
});

const event = {
	regarding: { ...ref, kind: 'TrafficSplit', apiVersion: 'split.smi-spec.io/v1alpha2', uid: 'u-1' },
	type: 'Normal',
	reason: 'FailedOver',
	note: 'emoji-svc 0, emoji-svc-west 1',
} as const;

test('createEvent posts a core/v1 Event about the target', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('post', { kind: 'answer', status: 201, body: {} });
	await cluster.createEvent(event, signal);
	const [request] = api.seen('post');
	t.is(request?.url.pathname, '/api/v1/namespaces/emojivoto/events');
	t.like(JSON.parse(request?.body ?? ''), { kind: 'Event', reason: 'FailedOver', type: 'Normal' });
});

test('F-036 createEvent throws a problem when it is refused', async (t) => {
	const { api, cluster } = await startCluster(t);
	api.script('post', statusReply(403, 'no'));
	const error = await t.throwsAsync(cluster.createEvent(event, signal), { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_FORBIDDEN');
});
