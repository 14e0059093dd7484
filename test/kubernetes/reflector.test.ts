import test from 'ava';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { Connection } from '../../src/kubernetes/connection.ts';
import { createImpatientClock } from '../support/impatient-clock.ts';
import { codes, names, quiet, type Scripts, startReflection, stream } from '../support/reflection.ts';
import { startScriptedApi } from '../support/scripted-api.ts';
import { errorLine, eventLine, listReply, splitOnWire, splits, statusReply } from '../support/watch-wire.ts';

const emoji = splitOnWire('emoji', '10');
const oneSplit = listReply('12', [emoji]);
const gone = statusReply(410, 'too old resource version');
const relisted = listReply('30', [splitOnWire('web', '25')]);
const added = eventLine('ADDED', splitOnWire('web', '20'));

test('a list is told as a reset, then what the watch says, in order', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit] });
	const { api, log } = reflection;
	await api.until(() => api.seen('watch').length === 1);
	await log.until(() => log.count('alive') === 1);
	api.say(added + eventLine('MODIFIED', splitOnWire('emoji', '21', 'other')));
	await log.until(() => log.count('applied') === 2);
	api.say(eventLine('DELETED', splitOnWire('web', '22')));
	await log.until(() => log.count('deleted') === 1);
	t.deepEqual(log.changes, [
		{
			kind: 'reset',
			items: [{ namespace: 'emojivoto', name: 'emoji', resourceVersion: '10', value: 'emoji' }],
		},
		{ kind: 'alive' },
		{ kind: 'applied', item: { namespace: 'emojivoto', name: 'web', resourceVersion: '20', value: 'web' } },
		{
			kind: 'applied',
			item: { namespace: 'emojivoto', name: 'emoji', resourceVersion: '21', value: 'other' },
		},
		{ kind: 'deleted', namespace: 'emojivoto', name: 'web', resourceVersion: '22' },
	]);
});

test('F-003 410 on a watch lists again, so that what was deleted in between goes', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit, relisted], watch: [gone, quiet] });
	const { log, clock } = reflection;
	await log.until(() => log.count('reset') === 2 && log.count('alive') === 1);
	t.deepEqual(names(reflection), ['web']);
	t.deepEqual(reflection.watchedFrom(), ['12', '30']);
	t.deepEqual(clock.waits, [], 'the first time at once');
	t.deepEqual(codes(reflection), []);
});

test('F-003 410 after 410 is no hot loop', async (t) => {
	const { api, clock } = await startReflection(t, { get: [oneSplit], watch: [gone] });
	await api.until(() => api.seen('watch').length === 5);
	t.deepEqual(clock.waits, [500, 1_000, 2_000]);
});

test('F-004 410 within a stream lists again, and is no object', async (t) => {
	const watch = [stream('hang', added, errorLine(410, 'Expired')), quiet] as const;
	const reflection = await startReflection(t, { get: [oneSplit, relisted], watch });
	const { log } = reflection;
	await log.until(() => log.count('reset') === 2);
	t.deepEqual(names(reflection), ['web']);
	t.is(log.count('applied'), 1);
	t.deepEqual(codes(reflection), []);
});

test('F-005 a watch that fails five times in a row lists again', async (t) => {
	const watch = [stream('hang', errorLine(500, 'InternalError'))] as const;
	const { api, clock } = await startReflection(t, { get: [oneSplit], watch });
	await api.until(() => api.seen('get').length === 2);
	t.is(api.seen('watch').length, 5);
	t.deepEqual(clock.waits, [250, 500, 1_000, 2_000, 4_000]);
});

test('F-009 without bookmarks the version ages, and 410 mends that', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit, relisted], watch: [quiet, gone, quiet] });
	const { api, clock, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	await clock.advance(10_000);
	await log.until(() => log.count('reset') === 2);
	t.deepEqual(names(reflection), ['web']);
	const asked = api.seen('watch')[0]?.url.searchParams;
	t.is(asked?.get('allowWatchBookmarks'), 'true');
	t.is(asked?.get('timeoutSeconds'), '8');
});

test('F-044 refused credentials are renewed and the request sent again, for lists and watches', async (t) => {
	const tokens = ['first', 'second', 'third'];
	const authorize: Connection['authorize'] = (refused) => {
		if (refused?.['Authorization'] === tokens[0]) tokens.shift();
		return Promise.resolve({ Authorization: tokens[0] ?? '' });
	};
	const refused = statusReply(401, 'Unauthorized');
	const reflection = await startReflection(t, {
		get: [refused, oneSplit],
		watch: [refused, quiet],
		authorize,
	});
	const { api, clock, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	const sent = api.requests.map(({ kind, headers }) => `${kind} ${headers.authorization}`);
	t.deepEqual(sent, ['stream first', 'get first', 'get second', 'watch second', 'watch third']);
	t.deepEqual(clock.waits, []);
	t.deepEqual(codes(reflection), []);
});

test('429 with Retry-After is honoured on lists and watches', async (t) => {
	const busy = statusReply(429, 'too many requests', { 'retry-after': '7' });
	const { api, clock } = await startReflection(t, { get: [busy, oneSplit], watch: [busy, quiet] });
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(clock.waits, [7_250, 7_250]);
});

test('a server that goes away is reported, and what is known stays', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit] });
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	await api.close();
	await log.until(() => log.count('problem') === 2);
	t.deepEqual([...new Set(codes(reflection))], ['E_CLUSTER_UNREACHABLE']);
	t.deepEqual(names(reflection), ['emoji'], 'loss of information changes nothing that is known');
});

for (const [what, script] of [
	['listing', { get: [{ kind: 'hang' }] }],
	['watching', { get: [oneSplit] }],
] as const satisfies readonly (readonly [string, { get: Scripts }])[]) {
	test(`it ends quietly when aborted while ${what}`, async (t) => {
		const { api, log, stop } = await startReflection(t, script);
		await api.until(() => api.requests.length === (what === 'listing' ? 1 : 2));
		await stop();
		const { length } = log.changes;
		t.is(log.count('problem'), 0);
		await new Promise((resolve) => setImmediate(resolve));
		t.is(log.changes.length, length);
	});
}

test('a consumer that throws ends it with that error', async (t) => {
	const api = await startScriptedApi(t);
	api.script('get', oneSplit);
	const options = {
		name: 'east',
		connection: api.connection,
		clock: createImpatientClock(),
		random: () => 0,
	};
	const cluster = connectCluster(options);
	const fail = () => {
		throw new Error('a fault of ours');
	};
	await t.throwsAsync(cluster.reflect(splits, fail, new AbortController().signal), {
		message: 'a fault of ours',
	});
	await cluster.close();
});
