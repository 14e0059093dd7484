import test from 'ava';
import { hastenResync, planResync } from '../../src/kubernetes/resync.ts';
import { codes, names, quiet, type Reflection, startReflection, stream } from '../support/reflection.ts';
import { bookmarkLine, listReply, markLine, splitOnWire, statusReply } from '../support/watch-wire.ts';

const emoji = splitOnWire('emoji', '10');
const web = splitOnWire('web', '11');
const first = listReply('12', [emoji, web]);

/** Lets watches end at their time, until the next list is due. */
async function passResync({ api, clock, log }: Reflection): Promise<void> {
	await log.until(() => log.count('alive') > 0);
	const lists = api.seen('get').length;
	while (api.seen('get').length === lists) {
		const opened = api.seen('watch').length;
		await clock.advance(8_000);
		api.end();
		await api.until(() => api.seen('watch').length > opened || api.seen('get').length > lists);
	}
}

test('F-020 an event that was lost is made up for by the next list, and nothing else is told', async (t) => {
	const second = listReply('20', [splitOnWire('emoji', '15', 'other'), web]);
	const reflection = await startReflection(t, { get: [first, second] });
	const { clock, log } = reflection;
	const began = clock.now();
	await passResync(reflection);
	await log.until(() => log.count('applied') === 1);
	t.true(clock.now() - began <= 68_000);
	t.is(log.count('reset'), 1);
	t.is(log.known().get('emoji')?.value, 'other');
	t.deepEqual(codes(reflection), []);
});

test('F-021 a delete that was lost is made up for', async (t) => {
	const reflection = await startReflection(t, { get: [first, listReply('20', [web])] });
	const { api, log } = reflection;
	await passResync(reflection);
	await log.until(() => log.count('deleted') === 1);
	t.deepEqual(names(reflection), ['web']);
	await api.until(() => reflection.watchedFrom().at(-1) === '20');
	t.pass();
});

test('a list that finds nothing new tells nothing', async (t) => {
	const reflection = await startReflection(t, { get: [first, listReply('20', [emoji, web])] });
	const { api, log } = reflection;
	await passResync(reflection);
	await api.until(() => reflection.watchedFrom().at(-1) === '20');
	t.deepEqual([...new Set(log.changes.map(({ kind }) => kind))], ['reset', 'alive']);
	t.is(log.count('reset'), 1);
});

test('a list that fails leaves the watch as it was, and what is known', async (t) => {
	const reflection = await startReflection(t, { get: [first, statusReply(500, 'ill'), first] });
	const { api, clock } = reflection;
	await passResync(reflection);
	const opened = api.seen('watch').length;
	await api.until(() => api.seen('watch').length > opened);
	t.deepEqual(names(reflection), ['emoji', 'web']);
	t.is(reflection.watchedFrom().at(-1), '12');
	t.deepEqual(codes(reflection), ['E_CLUSTER_UNREACHABLE']);
	t.deepEqual(clock.waits, []);
});

test('F-014 an empty list that is older than what is known changes nothing', async (t) => {
	const reflection = await startReflection(t, { get: [first, listReply('9', []), first] });
	const { api } = reflection;
	await passResync(reflection);
	const opened = api.seen('watch').length;
	await api.until(() => api.seen('watch').length > opened);
	t.deepEqual(names(reflection), ['emoji', 'web']);
	t.deepEqual(codes(reflection), ['W_LIST_STALE']);
});

test('F-017 a bookmark older than what is known is a sign of a restored backup: there is a list', async (t) => {
	const watch = [stream('hang', bookmarkLine('9')), quiet] as const;
	const reflection = await startReflection(t, { get: [first, listReply('9', [web])], watch });
	const { log, clock } = reflection;
	await log.until(() => log.count('reset') === 2);
	t.deepEqual(names(reflection), ['web']);
	t.true(clock.waits.reduce((sum, wait) => sum + wait, 0) <= 60_000);
});

test('a streamed list that is a precaution goes on as the watch too', async (t) => {
	const lines = [emoji, web].map((object) => `${JSON.stringify({ type: 'ADDED', object })}\n`).join('');
	const script = {
		stream: [stream('hang', lines + markLine('12')), stream('hang', markLine('20'))],
	} as const;
	const { api, clock, log } = await startReflection(t, script);
	await log.until(() => log.count('alive') === 1);
	await clock.advance(60_000);
	api.end();
	await log.until(() => log.count('deleted') === 2);
	t.deepEqual([api.seen('stream').length, api.seen('get').length], [2, 0]);
	t.is(api.seen('stream')[1]?.url.searchParams.get('timeoutSeconds'), '9', 'its length is known now');
});

test('the more objects, the rarer the lists, never later than their period', (t) => {
	for (const [objects, period] of [
		[0, 60_000],
		[1_000, 60_000],
		[1_001, 120_000],
		[10_000, 600_000],
	] as const) {
		t.deepEqual(
			planResync(objects, 5, () => 0),
			{ at: 5 + period, period },
		);
		t.true(planResync(objects, 5, () => 0.999).at > 5 + period * 0.8);
	}
});

test('a broken connection brings the next list nearer, never further away', (t) => {
	t.deepEqual(hastenResync({ at: 60_000, period: 60_000 }, 1_000), { at: 11_000, period: 60_000 });
	t.deepEqual(hastenResync({ at: 3_000, period: 60_000 }, 1_000), { at: 3_000, period: 60_000 });
});
