import test from 'ava';
import { codes, names, quiet, startReflection } from '../support/reflection.ts';
import { listReply, splitOnWire, statusReply } from '../support/watch-wire.ts';

const emoji = splitOnWire('emoji', '10');
const oneSplit = listReply('12', [emoji]);
const gone = statusReply(410, 'too old resource version');
const relisted = listReply('30', [splitOnWire('web', '25')]);

test('an empty list, which Go writes as null, is a reset without items', async (t) => {
	const { log } = await startReflection(t, { get: [listReply('12', null)] });
	await log.until(() => log.count('alive') === 1);
	t.deepEqual(log.changes[0], { kind: 'reset', items: [] });
});

test('F-011 nothing is told of a list before its last page', async (t) => {
	const pages = [listReply('12', [emoji], 'more'), { kind: 'hang' }] as const;
	const { api, log, stop } = await startReflection(t, { get: pages });
	await api.until(() => api.seen('get').length === 2);
	t.deepEqual(log.changes, []);
	await stop();
	t.deepEqual(log.changes, []);
});

test('a list is one of pages, which grow to 256 KiB of what there is', async (t) => {
	const large = splitOnWire('large', '11', 'x'.repeat(100_000));
	const pages = [
		listReply('12', [emoji], 'a&b'),
		listReply('12', [large], 'c'),
		listReply('12', [splitOnWire('web', '11')]),
	] as const;
	const reflection = await startReflection(t, { get: pages });
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	const asked = api.seen('get').map(({ url }) => Object.fromEntries(url.searchParams));
	t.deepEqual(asked, [{ limit: '10' }, { limit: '500', continue: 'a&b' }, { limit: '2', continue: 'c' }]);
	t.deepEqual(names(reflection), ['emoji', 'large', 'web']);
});

for (const [what, late] of [
	['expires (410)', gone],
	['comes from another snapshot', listReply('13', [splitOnWire('ghost', '1')])],
] as const) {
	test(`F-013 a list whose later page ${what} is begun again`, async (t) => {
		const get = [listReply('12', [emoji], 'more'), late, relisted] as const;
		const reflection = await startReflection(t, { get });
		const { api, clock, log } = reflection;
		await log.until(() => log.count('alive') === 1);
		t.deepEqual(names(reflection), ['web']);
		t.is(log.count('reset'), 1);
		t.is(api.seen('get')[2]?.url.searchParams.get('continue'), null);
		t.deepEqual(clock.waits, [250]);
		t.deepEqual(codes(reflection), ['W_LIST_STALE']);
	});
}

test('F-014 an empty list older than what was seen is refused, until a newer one comes', async (t) => {
	const get = [oneSplit, listReply('9', []), listReply('9', []), relisted] as const;
	const reflection = await startReflection(t, { get, watch: [gone, quiet] });
	const { log } = reflection;
	await log.until(() => log.count('alive') === 1);
	t.deepEqual(codes(reflection), ['W_LIST_STALE', 'W_LIST_STALE']);
	t.is(log.count('reset'), 2);
	t.deepEqual(names(reflection), ['web']);
});

test('F-014 the seventh old list in a row is taken for a restored backup and accepted', async (t) => {
	const reflection = await startReflection(t, { get: [oneSplit, listReply('9', [])], watch: [gone, quiet] });
	const { api, clock, log } = reflection;
	await log.until(() => log.count('reset') === 2);
	t.is(api.seen('get').length, 8);
	t.deepEqual(clock.waits, [250, 500, 1_000, 2_000, 4_000, 8_000]);
	t.deepEqual(names(reflection), []);
});

test('F-026 a type that no version serves is reported, and found once it is', async (t) => {
	const missing = { kind: 'answer', status: 404, body: '404 page not found' } as const;
	const get = [missing, missing, missing, missing, missing, oneSplit] as const;
	const reflection = await startReflection(t, { get });
	const { api, log } = reflection;
	await log.until(() => log.count('alive') === 1);
	t.deepEqual(codes(reflection), ['E_CRD_MISSING', 'E_CRD_MISSING']);
	const versions = api.seen('get').map(({ url }) => url.pathname.split('/')[3]);
	t.deepEqual(versions, ['v1alpha2', 'v1alpha1', 'v1alpha2', 'v1alpha1', 'v1alpha2', 'v1alpha1']);
	t.regex(api.seen('watch')[0]?.url.pathname ?? '', /\/v1alpha1\//, 'the version served is the one watched');
});

test('F-025 403 names verb, resource and namespace, and is not an empty list', async (t) => {
	const forbidden = statusReply(403, 'trafficsplits is forbidden: User "x" cannot list resource');
	const reflection = await startReflection(t, { get: [forbidden, oneSplit] });
	const { log } = reflection;
	await log.until(() => log.count('reset') === 1);
	t.like(log.problems()[0], {
		code: 'E_FORBIDDEN',
		where: { kind: 'named', name: 'east emojivoto' },
		message: 'cannot list trafficsplits.split.smi-spec.io in namespace emojivoto',
		got: 'trafficsplits is forbidden: User "x" cannot list resource',
	});
	t.is(log.changes[0]?.kind, 'problem');
});

test('credentials that stay refused are reported', async (t) => {
	const reflection = await startReflection(t, { get: [statusReply(401, 'Unauthorized'), oneSplit] });
	const { log } = reflection;
	await log.until(() => log.count('reset') === 1);
	t.deepEqual(codes(reflection), ['E_CLUSTER_AUTH']);
});

for (const [what, failure] of [
	['HTTP 500', statusReply(500, 'boom')],
	['HTTP 503 from a proxy', { kind: 'answer', status: 503, body: '<html>no</html>' } as const],
	['a body that is no list', { kind: 'answer', status: 200, body: '{}' } as const],
] as const) {
	test(`${what} on a list backs off and lists again`, async (t) => {
		const reflection = await startReflection(t, { get: [failure, failure, oneSplit] });
		const { clock, log } = reflection;
		await log.until(() => log.count('reset') === 1);
		t.deepEqual(clock.waits, [250, 500]);
		t.deepEqual(codes(reflection), ['E_CLUSTER_UNREACHABLE', 'E_CLUSTER_UNREACHABLE']);
	});
}

for (const [resets, waits] of [
	[1, []],
	[2, [250]],
] as const) {
	test(`F-048 a list whose connection is reset ${resets} times waits ${waits.length} times`, async (t) => {
		const reset = { kind: 'reset' } as const;
		const get = [reset, ...(resets === 1 ? [] : [reset]), oneSplit] as const;
		const reflection = await startReflection(t, { get });
		await reflection.log.until(() => reflection.log.count('reset') === 1);
		t.deepEqual(reflection.clock.waits, waits);
		t.is(codes(reflection).length, waits.length);
	});
}

test('F-071 an object that cannot be read is left out and named, the others stay', async (t) => {
	const list = listReply('12', [emoji, splitOnWire('broken', '11', 7), { spec: {} }]);
	const reflection = await startReflection(t, { get: [list] });
	const { log } = reflection;
	await log.until(() => log.count('alive') === 1);
	t.deepEqual(names(reflection), ['emoji']);
	t.like(log.problems()[0], {
		code: 'E_OBJECT_INVALID',
		where: { kind: 'named', name: 'east emojivoto/broken' },
	});
	t.is(log.problems()[1]?.where.kind, 'named');
	t.is(log.count('problem'), 2);
});
