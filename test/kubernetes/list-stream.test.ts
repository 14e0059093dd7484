import test from 'ava';
import { markLimit } from '../../src/kubernetes/list-stream.ts';
import { codes, names, quiet, startReflection, stream } from '../support/reflection.ts';
import {
	bookmarkLine,
	errorLine,
	eventLine,
	listReply,
	markLine,
	splitOnWire,
	statusReply,
} from '../support/watch-wire.ts';

const emoji = eventLine('ADDED', splitOnWire('emoji', '10'));
const web = eventLine('ADDED', splitOnWire('web', '11'));
const paged = listReply('12', [splitOnWire('emoji', '10')]);

test('a streamed list is told at its mark, and goes on as the watch without another request', async (t) => {
	const reflection = await startReflection(t, { stream: [stream('hang', emoji + web + markLine('12'))] });
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	t.deepEqual(names(reflection), ['emoji', 'web']);
	api.say(eventLine('ADDED', splitOnWire('vote', '13')));
	await log.until(() => log.count('applied') === 1);
	t.deepEqual(names(reflection), ['emoji', 'vote', 'web']);
	t.is(api.requests.length, 1);
	t.deepEqual(Object.fromEntries(api.seen('stream')[0]?.url.searchParams ?? []), {
		watch: 'true',
		sendInitialEvents: 'true',
		resourceVersionMatch: 'NotOlderThan',
		allowWatchBookmarks: 'true',
		timeoutSeconds: '30',
	});
});

test('what follows the mark in the same chunk is not lost, and the next watch begins after it', async (t) => {
	const vote = eventLine('ADDED', splitOnWire('vote', '13'));
	const script = { stream: [stream('end', emoji + markLine('12') + vote)], watch: [quiet] } as const;
	const reflection = await startReflection(t, script);
	await reflection.api.until(() => reflection.api.seen('watch').length === 1);
	t.deepEqual(names(reflection), ['emoji', 'vote']);
	t.deepEqual(reflection.watchedFrom(), ['13']);
});

test('an object that changes or goes before the mark is told as it is at the mark', async (t) => {
	const changed = eventLine('MODIFIED', splitOnWire('emoji', '13', 'other'));
	const gone = eventLine('DELETED', splitOnWire('web', '14'));
	const chunks = [emoji, web, bookmarkLine('12'), changed, gone, markLine('14')];
	const { log } = await startReflection(t, { stream: [stream('hang', ...chunks)] });
	await log.until(() => log.count('alive') === 1);
	const item = { namespace: 'emojivoto', name: 'emoji', resourceVersion: '13', value: 'other' };
	t.deepEqual(log.changes[0], { kind: 'reset', items: [item] });
});

test('F-011 without the mark nothing is told, and pages are asked for in its place', async (t) => {
	const script = { stream: [stream('hang', emoji + bookmarkLine('12'))], get: [paged] } as const;
	const { api, clock, log } = await startReflection(t, script);
	await api.until(() => api.seen('stream').length === 1);
	await new Promise((resolve) => setTimeout(resolve, 50));
	await clock.advance(markLimit - 1);
	t.deepEqual(log.changes, []);
	t.is(api.seen('get').length, 0);
	await clock.advance(1);
	await log.until(() => log.count('alive') === 1);
	t.deepEqual([...log.known().keys()], ['emoji']);
	t.is(log.count('problem'), 0);
});

test('F-011 a stream that ends before its mark is no list', async (t) => {
	const script = { stream: [stream('end', web)], get: [paged] } as const;
	const reflection = await startReflection(t, script);
	await reflection.log.until(() => reflection.log.count('alive') === 1);
	t.deepEqual(names(reflection), ['emoji']);
});

for (const code of [400, 422]) {
	test(`F-012 a server that answers ${code} is asked for pages, and not for streams again`, async (t) => {
		const gone = statusReply(410, 'too old resource version');
		const script = {
			stream: [statusReply(code, 'sendInitialEvents is forbidden')],
			get: [paged],
			watch: [gone, quiet],
		} as const;
		const { api, clock, log } = await startReflection(t, script);
		await log.until(() => log.count('reset') === 2);
		t.deepEqual([api.seen('stream').length, api.seen('get').length], [1, 2]);
		t.deepEqual(clock.waits, []);
		t.is(log.count('problem'), 0);
	});
}

test('F-025 where watching is forbidden but listing is not, what is listed is known', async (t) => {
	const forbidden = statusReply(403, 'no');
	const script = { stream: [forbidden], get: [paged], watch: [forbidden, quiet] } as const;
	const reflection = await startReflection(t, script);
	await reflection.log.until(() => reflection.log.count('alive') === 1);
	t.deepEqual(names(reflection), ['emoji']);
	t.like(reflection.log.problems()[0], {
		code: 'E_FORBIDDEN',
		remedy: 'grant "watch" on trafficsplits.split.smi-spec.io in namespace emojivoto',
	});
});

test('F-014 a streamed list older than what was seen is refused, and its stream left', async (t) => {
	const script = {
		stream: [
			stream('hang', emoji + markLine('12') + errorLine(410, 'Expired')),
			stream('hang', markLine('9')),
			stream('hang', web + markLine('30')),
		],
	} as const;
	const reflection = await startReflection(t, script);
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 2);
	t.deepEqual(codes(reflection), ['W_LIST_STALE']);
	t.deepEqual(names(reflection), ['web']);
	t.is(api.seen('get').length, 0);
});

for (const [what, chunk, code] of [
	['an ERROR event', errorLine(500, 'InternalError'), 'E_CLUSTER_UNREACHABLE'],
	['410 within the stream', errorLine(410, 'Expired'), 'W_LIST_STALE'],
	['a broken line', '{"type":\n', 'W_WATCH_EVENT'],
] as const) {
	test(`${what} before the mark ends the list, which is asked for again`, async (t) => {
		const script = { stream: [stream('hang', web + chunk), stream('hang', emoji + markLine('12'))] } as const;
		const reflection = await startReflection(t, script);
		await reflection.log.until(() => reflection.log.count('alive') === 1);
		t.deepEqual(names(reflection), ['emoji']);
		t.deepEqual(reflection.clock.waits, [250]);
		t.deepEqual(codes(reflection), [code]);
	});
}

test('F-027 a type that is deleted and comes back in another version is found there', async (t) => {
	const gone = { kind: 'answer', status: 404, body: '404 page not found' } as const;
	const v1alpha1 = stream('hang', emoji + markLine('30'));
	const script = {
		stream: [stream('end', web + markLine('12')), gone, gone, gone, v1alpha1],
		watch: [gone, quiet],
	} as const;
	const reflection = await startReflection(t, script);
	await reflection.log.until(() => reflection.log.count('reset') === 2);
	t.deepEqual(names(reflection), ['emoji']);
	t.deepEqual(codes(reflection), ['E_CRD_MISSING']);
	const versions = reflection.api.seen('stream').map(({ url }) => url.pathname.split('/')[3]);
	t.is(versions.at(-1), 'v1alpha1');
});
