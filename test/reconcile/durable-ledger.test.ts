import test from 'ava';
import { emptyMemory } from '../../src/model/decision.ts';
import { shardOf } from '../../src/model/shards.ts';
import { createTestStore, startLed, startLedger } from '../support/durable-ledgers.ts';
import { aMemory } from '../support/durable-memories.ts';

const key = 'emojivoto/emoji';

test('a memory is answered at once, and saved soon', async (t) => {
	const { ledger, clock, store } = await startLed(t);
	t.deepEqual(ledger.load(key), emptyMemory);
	const memory = aMemory();
	ledger.save(key, memory);
	t.is(ledger.load(key), memory);
	await clock.advance(1_000);
	t.is(store.saves.length, 1);
	t.true(store.text?.includes('emojivoto/emoji-abc'));
});

test('after a restart all but the verdicts is as it was', async (t) => {
	const first = await startLed(t);
	first.ledger.save(key, aMemory());
	await first.clock.advance(1_000);
	const { ledger } = await startLed(t, { stores: first.stores, clock: first.clock });
	const { episode, pending, settled, backends } = ledger.load(key);
	const { episode: was, pending: wasPending, settled: wasSettled } = aMemory();
	t.deepEqual([episode, settled], [was, wasSettled]);
	t.deepEqual(pending?.committed, wasPending?.committed);
	t.is(backends.size, 0, 'judged anew, which can only delay');
});

test('nothing is ready or written before the shard is led and its ledger loaded', async (t) => {
	const { ledger, clock, store, readied } = startLedger(t);
	ledger.save(key, aMemory());
	await clock.advance(10_000);
	t.false(ledger.ready(key));
	t.deepEqual(store.saves, []);
	ledger.adopt(0);
	t.false(ledger.ready(key));
	await clock.advance(0);
	t.true(ledger.ready(key));
	t.deepEqual(readied, [0]);
});

test('what a follower thought of moves goes when it leads, its verdicts stay', async (t) => {
	const stores = [createTestStore()];
	stores[0]?.overwrite('{"version":1,"policies":{"emojivoto/voting":{"episode":{"id":"v","since":5}}}}');
	const { ledger, clock } = startLedger(t, { stores });
	const { backends } = aMemory();
	ledger.save(key, aMemory());
	ledger.save('emojivoto/voting', aMemory());
	ledger.adopt(0);
	await clock.advance(0);
	t.deepEqual(ledger.load(key), { backends });
	t.deepEqual(ledger.load('emojivoto/voting'), { backends, episode: { id: 'v', since: 5 } });
});

test('writes are at most one a second, whatever changes', async (t) => {
	const { ledger, clock, store } = await startLed(t);
	for (let count = 0; count < 100; count += 1) {
		ledger.save(key, aMemory({ episode: { id: `e${count}`, since: count } }));
		await clock.advance(100);
	}
	await clock.advance(1_000);
	t.true(store.saves.length >= 9 && store.saves.length <= 12, String(store.saves.length));
	t.true(store.text?.includes('"e99"'));
});

test('passes that change nothing that survives write nothing', async (t) => {
	const { ledger, clock, store } = await startLed(t);
	const memory = aMemory();
	ledger.save(key, memory);
	await clock.advance(2_000);
	for (let count = 0; count < 50; count += 1) {
		ledger.save(key, { ...memory, backends: new Map() });
		await clock.advance(500);
	}
	ledger.save(key, aMemory());
	await clock.advance(2_000);
	t.is(store.saves.length, 1, 'nor do equal ones');
});

test('a policy that is forgotten leaves the store', async (t) => {
	const { ledger, clock, store } = await startLed(t);
	ledger.save(key, aMemory());
	await clock.advance(2_000);
	ledger.forget(key);
	await clock.advance(2_000);
	t.is(store.text, '{"version":1,"policies":{}}');
	t.deepEqual(ledger.load(key), emptyMemory);
});

test('policies that are not in force any more are not loaded, and leave the store with the next write', async (t) => {
	const stores = [createTestStore()];
	stores[0]?.overwrite('{"version":1,"policies":{"old/one":{"episode":{"id":"o","since":5},"later":1}}}');
	const { ledger, clock, store } = startLedger(t, { stores });
	ledger.retain(new Set([key]));
	ledger.adopt(0);
	await clock.advance(0);
	t.deepEqual(ledger.load('old/one'), emptyMemory);
	ledger.save(key, aMemory());
	await clock.advance(1_000);
	t.deepEqual(Object.keys(JSON.parse(store.text ?? '').policies), [key]);
});

for (const mood of ['failing', 'hanging'] as const) {
	test(`a store that is ${mood} holds no move up, and is loaded and written once it is well`, async (t) => {
		const stores = [createTestStore()];
		stores[0]?.overwrite('{"version":1,"policies":{"a/b":{"episode":{"id":"kept","since":5}}}}');
		const { ledger, clock, store, problems } = startLedger(t, { stores });
		store.mood = mood;
		ledger.adopt(0);
		await clock.advance(5_000);
		t.true(ledger.ready(key));
		t.true(problems[0]?.startsWith('E_LEDGER '));
		ledger.save(key, aMemory());
		await clock.advance(60_000);
		const tries = problems.length;
		t.true(tries > 2 && tries < 15, `${tries} tries in a minute`);
		store.mood = 'well';
		await clock.advance(35_000);
		t.deepEqual(Object.keys(JSON.parse(store.text ?? '').policies), ['a/b', key]);
		t.is(ledger.load('a/b').episode?.id, 'kept');
		t.is(problems.length, tries);
	});
}

test('what somebody else wrote meanwhile is taken in; what this process changed since it leads stands', async (t) => {
	const { ledger, clock, store, problems } = await startLed(t);
	ledger.save(key, aMemory());
	await clock.advance(1_000);
	store.overwrite(
		'{"version":1,"policies":{"emojivoto/emoji":{"episode":{"id":"theirs","since":5}},"a/b":{"episode":{"id":"new","since":5}}}}',
	);
	ledger.save(key, aMemory({ episode: { id: 'mine', since: 6 } }));
	await clock.advance(2_000);
	t.is(ledger.load(key).episode?.id, 'mine');
	t.is(ledger.load('a/b').episode?.id, 'new');
	t.like(JSON.parse(store.text ?? '').policies, {
		'a/b': { episode: { id: 'new' } },
		[key]: { episode: { id: 'mine' } },
	});
	t.deepEqual(problems, []);
});

test('a text that cannot be read is put aside and told, and the policies start without memory', async (t) => {
	const stores = [createTestStore()];
	stores[0]?.overwrite('{"version":9}');
	const { ledger, clock, store, problems } = startLedger(t, { stores });
	ledger.adopt(0);
	await clock.advance(0);
	t.true(ledger.ready(key));
	t.deepEqual(store.aside, ['{"version":9}']);
	t.true(problems[0]?.startsWith('E_LEDGER_UNREADABLE'));
	ledger.save(key, aMemory());
	await clock.advance(1_000);
	t.is(JSON.parse(store.text ?? '').version, 1);
});

test('an entry that cannot be read is told; the others are as they were', async (t) => {
	const stores = [createTestStore()];
	stores[0]?.overwrite(
		'{"version":1,"policies":{"a/b":{"episode":7},"c/d":{"episode":{"id":"e","since":5}}}}',
	);
	const { ledger, clock, problems } = startLedger(t, { stores });
	ledger.adopt(0);
	await clock.advance(0);
	t.deepEqual(ledger.load('a/b'), emptyMemory);
	t.is(ledger.load('c/d').episode?.id, 'e');
	t.is(problems.length, 1);
	t.true(problems[0]?.startsWith('W_LEDGER_ENTRY'));
});

test('a shard that is released is written first; one that is lost is not written any more', async (t) => {
	const { ledger, clock, store } = await startLed(t);
	ledger.save(key, aMemory({ episode: { id: 'one', since: 1 } }));
	await clock.advance(0);
	ledger.save(key, aMemory({ episode: { id: 'two', since: 1 } }));
	await ledger.release(0, new AbortController().signal);
	t.true(store.text?.includes('"two"'), 'without waiting for the second to be over');
	t.false(ledger.ready(key));
	ledger.save(key, aMemory({ episode: { id: 'three', since: 1 } }));
	await clock.advance(5_000);
	t.false(store.text?.includes('"three"'));
	ledger.adopt(0);
	await clock.advance(0);
	t.is(ledger.load(key).episode?.id, 'two');
	ledger.drop(0);
	ledger.save(key, aMemory({ episode: { id: 'four', since: 1 } }));
	await clock.advance(5_000);
	t.false(store.text?.includes('"four"'));
});

test('a release to a store that fails ends, and tells why', async (t) => {
	const { ledger, clock, store, problems } = await startLed(t);
	ledger.save(key, aMemory());
	store.mood = 'hanging';
	const released = ledger.release(0, new AbortController().signal);
	await clock.advance(5_000);
	await released;
	t.true(problems.some((each) => each.includes('no answer within 5s')));
});

test('each shard has its own store, and none writes what belongs to another', async (t) => {
	const stores = [createTestStore(), createTestStore(), createTestStore()];
	const { ledger, clock, readied } = startLedger(t, { stores });
	const keys = Array.from({ length: 30 }, (_, index) => `a/${index}`);
	ledger.adopt(0);
	ledger.adopt(2);
	await clock.advance(0);
	t.deepEqual(readied, [0, 2]);
	for (const each of keys) ledger.save(each, aMemory());
	await clock.advance(2_000);
	for (const [shard, store] of stores.entries()) {
		const own = keys.filter((each) => shardOf(each, 3) === shard).sort();
		const saved = Object.keys(store.text === undefined ? {} : JSON.parse(store.text).policies);
		t.deepEqual(saved, shard === 1 ? [] : own);
		t.true(own.every((each) => ledger.ready(each) === (shard !== 1)));
	}
});
