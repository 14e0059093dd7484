import test from 'ava';
import { startEmbeddedSplits } from '../support/fault-proxy/embedded-splits.ts';
import { passTime } from '../support/fault-proxy/pass-time.ts';
import { knows, untilKnown } from '../support/fault-proxy/private-splits.ts';
import {
	cutAfterBytes,
	cutAfterEvents,
	editEvents,
	holdBack,
	injectFirst,
	repeatEvents,
	splitChunks,
	stripBookmarks,
	throttle,
} from '../support/fault-proxy/stream-edits.ts';
import { errorLine } from '../support/watch-wire.ts';

test('F-004 410 within a stream lists again, and what was deleted in between goes', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy, api } = splits;
	await splits.create('ghost', 'one');
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	const lift = proxy.refuse();
	await splits.remove('ghost');
	api.store.compact();
	lift();
	await untilKnown(log, { one: 1 });
	t.is(log.count('reset'), 2);
});

for (const [code, reason] of [
	[500, 'InternalError'],
	[504, 'Timeout'],
] as const) {
	test(`F-005 an ERROR event ${code} before any event goes on from the last version`, async (t) => {
		const splits = await startEmbeddedSplits(t);
		const { proxy } = splits;
		const broken = injectFirst(errorLine(code, reason).trimEnd());
		proxy.rule({ watch: true, times: 3, fault: { kind: 'edit', edits: [broken] } });
		const log = splits.reflect();
		await proxy.until(() => proxy.watches().length === 4);
		await splits.create('one');
		await untilKnown(log, { one: 1 });
		t.is(log.count('problem'), 3);
		t.is(proxy.lists().length, 1);
	});
}

test('F-006 an event that is cut at any byte is delivered again', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy, clock } = splits;
	let length = Number.POSITIVE_INFINITY;
	const measure = editEvents(({ text }) => {
		length = Buffer.byteLength(text);
		return [text];
	});
	proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [measure] } });
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	await splits.create('one');
	await untilKnown(log, { one: 1 });
	t.true(length < 2_000);
	for (let bytes = 1; bytes < length; bytes += 1) {
		const finish = bytes % 2 === 0 ? 'end' : 'cut';
		const edits = [cutAfterBytes(bytes, finish)];
		// A watch that lived so long starts the count of failures anew, which would end in a list.
		await clock.advance(10_000);
		const cut = proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits } });
		const watches = proxy.watches().length;
		proxy.cut();
		await proxy.until(() => proxy.watches().length > watches);
		await splits.setWeight('one', bytes + 1);
		await untilKnown(log, { one: bytes + 1 });
		t.is(cut.struck(), 1);
	}
	t.is(log.count('reset'), 1);
});

test('F-007 an event is the same, however its bytes are cut and however slowly they come', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy } = splits;
	const slowly = throttle(7, () => Promise.resolve());
	proxy.rule({ watch: true, fault: { kind: 'edit', edits: [slowly, splitChunks(1)] } });
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	await splits.create('one', 'two');
	await splits.setWeight('one', 2);
	await splits.remove('two');
	await untilKnown(log, { one: 2 });
	t.deepEqual(log.problems(), []);
});

test('F-009, F-010 a watch goes on where its last bookmark or else its last event was', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy, api } = splits;
	const strip = proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [stripBookmarks] } });
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	await splits.create('one');
	await untilKnown(log, { one: 1 });
	const afterEvent = api.store.resourceVersion();
	api.store.create({ group: '', plural: 'namespaces', namespace: '' }, { metadata: { name: 'elsewhere' } });
	api.watches.bookmark();
	const before = log.count('alive');
	proxy.cut();
	await log.until(() => log.count('alive') > before);
	t.is(proxy.watches().length, 2);
	t.is(proxy.watches()[1]?.url.searchParams.get('resourceVersion'), afterEvent);
	t.is(strip.struck(), 1);
	api.watches.bookmark();
	await log.until(() => log.count('alive') > before + 1);
	proxy.cut();
	await proxy.until(() => proxy.watches().length === 3);
	t.is(proxy.watches()[2]?.url.searchParams.get('resourceVersion'), api.store.resourceVersion());
	t.is(log.count('reset'), 1);
	t.is(log.count('applied'), 1);
});

test('F-019 an event that is delivered three times leaves what it left the first time', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy } = splits;
	proxy.rule({ watch: true, fault: { kind: 'edit', edits: [repeatEvents(3)] } });
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	await splits.create('one', 'two');
	await splits.setWeight('one', 2);
	await splits.remove('two');
	await log.until(() => log.count('deleted') === 3);
	await untilKnown(log, { one: 2 });
	t.deepEqual(log.problems(), []);
});

test('F-024 a watch that the server ends because it was read too slowly catches up without a list', async (t) => {
	const splits = await startEmbeddedSplits(t);
	const { proxy } = splits;
	const stuck = new Promise<never>(() => undefined);
	proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits: [holdBack(() => stuck)] } });
	const log = splits.reflect();
	await log.until(() => log.count('alive') > 0);
	await splits.create('one');
	for (let weight = 2; weight <= 300; weight += 1) await splits.setWeight('one', weight);
	t.is(log.count('applied'), 0);
	proxy.cut();
	await untilKnown(log, { one: 300 });
	t.is(proxy.lists().length, 1);
	t.is(proxy.watches().length, 2);
	t.is(log.count('applied'), 300);
});

for (const finish of ['end', 'cut', 'hang'] as const) {
	test(`F-011 a streamed list that stops before its mark (${finish}), after any event, counts for nothing`, async (t) => {
		for (const events of [0, 1, 2, 3]) {
			const splits = await startEmbeddedSplits(t, { streamsLists: true });
			const { proxy, clock } = splits;
			await splits.create('one', 'two', 'three');
			const edits = [cutAfterEvents(events, finish)];
			const broken = proxy.rule({ watch: true, times: 1, fault: { kind: 'edit', edits } });
			const log = splits.reflect();
			const complete = { one: 1, two: 1, three: 1 };
			t.true(await passTime(clock, 30_000, () => knows(log, complete)));
			t.is(broken.struck(), 1);
			const first = log.changes.find(({ kind }) => kind === 'reset');
			t.is(first?.kind === 'reset' && first.items.length, 3);
		}
	});
}
