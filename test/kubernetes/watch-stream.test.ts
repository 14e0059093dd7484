import test from 'ava';
import { codes, names, quiet, startReflection, stream } from '../support/reflection.ts';
import {
	bookmarkLine,
	errorLine,
	eventLine,
	listReply,
	splitOnWire,
	statusReply,
} from '../support/watch-wire.ts';

const emoji = splitOnWire('emoji', '10');
const oneSplit = listReply('12', [emoji]);
const added = eventLine('ADDED', splitOnWire('web', '20'));

test('F-001 a watch closed by the server goes on from the last version, soon and without a list', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit], watch: [stream('end', added), quiet] });
	const { api, clock } = reflection;
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(reflection.watchedFrom(), ['12', '20']);
	t.is(api.seen('get').length, 1);
	t.deepEqual(clock.waits, [250], 'a server that closes at once is not asked again at once');
	t.deepEqual(codes(reflection), []);
});

test('F-001 a watch that the server closes at its time is opened again without any wait', async (t) => {
	const { api, clock, log } = await startReflection(t, { get: [oneSplit] });
	await log.until(() => log.count('alive') === 1);
	await clock.advance(8_000);
	api.end();
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(clock.waits, []);
});

test('F-002 a watch without a byte for 10 s is torn down and opened again', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit] });
	const { api, clock, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	await clock.advance(9_999);
	t.is(api.seen('watch').length, 1);
	await clock.advance(1);
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(reflection.watchedFrom(), ['12', '12']);
	t.is(api.seen('get').length, 1);
});

test('F-002 any byte keeps a watch alive, also half a line', async (t) => {
	const { api, clock, log } = await startReflection(t, { get: [oneSplit] });
	await log.until(() => log.count('alive') === 1);
	await clock.advance(7_000);
	api.say('{"type":');
	await log.until(() => log.count('alive') === 2);
	await clock.advance(9_999);
	t.is(api.seen('watch').length, 1);
	await clock.advance(1);
	await api.until(() => api.seen('watch').length === 2);
	t.pass();
});

for (const [code, reason] of [
	[500, 'InternalError'],
	[504, 'Timeout'],
	[429, 'TooManyRequests'],
] as const) {
	test(`F-005 an ERROR event ${code} backs off and goes on from the last version`, async (t) => {
		const watch = [stream('hang', added, errorLine(code, reason)), quiet] as const;
		const reflection = await startReflection(t, { get: [oneSplit], watch });
		const { api, clock } = reflection;
		await api.until(() => api.seen('watch').length === 2);
		t.deepEqual(reflection.watchedFrom(), ['12', '20']);
		t.deepEqual(clock.waits, [250]);
		t.deepEqual(codes(reflection), ['E_CLUSTER_UNREACHABLE']);
	});
}

const web = eventLine('ADDED', splitOnWire('web', '20'));

for (const [what, broken] of [
	['cut after its first byte', web.slice(0, 1)],
	['cut in the middle', web.slice(0, web.length / 2)],
	['without its last brace', `${web.slice(0, -2)}\n`],
	['without its newline', web.slice(0, -1)],
	['of garbage', '<html>\n'],
	['without an object', '{"type":"ADDED"}\n'],
	['that is a number', '7\n'],
] as const) {
	test(`F-006 a line ${what} is reported and delivered again`, async (t) => {
		const first = eventLine('ADDED', splitOnWire('vote', '19'));
		const watch = [stream('end', first + broken), stream('hang', web)] as const;
		const reflection = await startReflection(t, { get: [oneSplit], watch });
		const { log } = reflection;
		await log.until(() => log.count('applied') === 2);
		t.deepEqual(names(reflection), ['emoji', 'vote', 'web']);
		t.deepEqual(reflection.watchedFrom(), ['12', '19']);
		t.deepEqual(codes(reflection), ['W_WATCH_EVENT']);
	});
}

test('F-007 events of one byte per chunk, and all in one chunk, tell the same', async (t) => {
	const bytes = Buffer.from(added + eventLine('MODIFIED', splitOnWire('web', '21', 'Grüße 🌊')));
	const chunkings = [[...bytes].map((byte) => Uint8Array.of(byte)), [bytes]];
	const told = chunkings.map(async (chunks) => {
		const { log } = await startReflection(t, { get: [oneSplit], watch: [stream('hang', ...chunks)] });
		await log.until(() => log.count('applied') === 2);
		return log.changes.filter(({ kind }) => kind === 'applied');
	});
	const [alone, together] = await Promise.all(told);
	t.deepEqual(alone, together);
	t.deepEqual(alone?.at(-1), {
		kind: 'applied',
		item: { namespace: 'emojivoto', name: 'web', resourceVersion: '21', value: 'Grüße 🌊' },
	});
});

test('F-008 an object of 1.5 MB is applied; a line of over 2 MiB is reported and the stream left', async (t) => {
	const large = eventLine('ADDED', splitOnWire('large', '20', 'x'.repeat(1_500_000)));
	const watch = [stream('hang', large, 'x'.repeat(2_200_000)), quiet] as const;
	const reflection = await startReflection(t, { get: [oneSplit], watch });
	const { api } = reflection;
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(names(reflection), ['emoji', 'large']);
	t.deepEqual(reflection.watchedFrom(), ['12', '20']);
	t.deepEqual(codes(reflection), ['W_WATCH_EVENT']);
});

test('F-010 a bookmark proves life and moves the version on, and is no object', async (t) => {
	const watch = [stream('end', bookmarkLine('99')), quiet] as const;
	const reflection = await startReflection(t, { get: [oneSplit], watch });
	const { api, log } = reflection;
	await api.until(() => api.seen('watch').length === 2);
	t.deepEqual(reflection.watchedFrom(), ['12', '99']);
	t.deepEqual(
		log.changes.slice(0, 3).map(({ kind }) => kind),
		['reset', 'alive', 'alive'],
	);
});

for (const [what, failure] of [
	['a reset socket', stream('reset')],
	['a reset within the stream', stream('reset', added)],
	['HTTP 500', statusReply(500, 'boom')],
	['HTTP 403', statusReply(403, 'no')],
] as const) {
	test(`${what} on a watch backs off and watches again, without a list`, async (t) => {
		const reflection = await startReflection(t, { get: [oneSplit], watch: [failure, quiet] });
		const { api, clock } = reflection;
		await api.until(() => api.seen('watch').length === 2);
		t.deepEqual(clock.waits, [250]);
		t.is(api.seen('get').length, 1);
		t.is(codes(reflection).length, 1);
	});
}

test('F-071 an object that can no longer be read goes, as it would with a list', async (t) => {
	const watch = [stream('hang', eventLine('MODIFIED', splitOnWire('emoji', '20', null)))] as const;
	const reflection = await startReflection(t, { get: [oneSplit], watch });
	const { log } = reflection;
	await log.until(() => log.count('deleted') === 1);
	t.deepEqual(codes(reflection), ['E_OBJECT_INVALID']);
	t.deepEqual(names(reflection), []);
});

test('an event of an unknown type is reported and ignored', async (t) => {
	const watch = [stream('hang', eventLine('CHECKPOINT', emoji) + added)] as const;
	const reflection = await startReflection(t, { get: [oneSplit], watch });
	const { api, log } = reflection;
	await log.until(() => log.count('applied') === 1);
	t.deepEqual(codes(reflection), ['W_WATCH_EVENT']);
	t.is(api.seen('watch').length, 1);
});

test('F-019 an event that comes twice is told twice, and the watch goes on from the newest version', async (t) => {
	const vote = eventLine('ADDED', splitOnWire('vote', '21'));
	const watch = [stream('end', added + added + vote + added), quiet] as const;
	const reflection = await startReflection(t, { get: [oneSplit], watch });
	await reflection.api.until(() => reflection.api.seen('watch').length === 2);
	t.deepEqual(names(reflection), ['emoji', 'vote', 'web']);
	t.deepEqual(reflection.watchedFrom(), ['12', '21']);
});

test('F-001 a watch that ends is opened again on the connection it had', async (t) => {
	const { api, clock, log } = await startReflection(t, { get: [oneSplit] });
	await log.until(() => log.count('alive') === 1);
	const before = api.connections();
	for (const opened of [2, 3, 4]) {
		await clock.advance(8_000);
		api.end();
		await api.until(() => api.seen('watch').length === opened);
		await log.until(() => log.count('alive') === opened);
	}
	t.true(api.connections() <= before + 1, 'undici may open one as a spare');
});
