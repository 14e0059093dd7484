import test from 'ava';
import { type BatchRules, createBatches } from '../../src/deliver/batches.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

const { signal } = new AbortController();

/** Rules that never try anything again, unless told otherwise. */
function rules<Item, Result>(
	handle: BatchRules<Item, Result>['handle'],
	others: Partial<BatchRules<Item, Result>> = {},
): BatchRules<Item, Result> {
	return {
		window: 50,
		lull: 20,
		longestWindow: 250,
		courtesy: () => 0,
		handle,
		pause: () => 0,
		giveUp: () => undefined,
		...others,
	};
}

test('what comes within the window is handled as one, in order, and each item gets its own result', async (t) => {
	const clock = createVirtualClock();
	const seen: (readonly number[])[] = [];
	const batches = createBatches<number, string>(
		clock,
		rules((items) => {
			seen.push(items);
			return Promise.resolve(items.map((item) => `result ${item}`));
		}),
	);
	const results = [1, 2].map((item) => batches.add(item, signal));
	await clock.advance(30);
	results.push(batches.add(3, signal));
	await clock.advance(19);
	t.deepEqual(seen, []);
	await clock.advance(1);
	t.deepEqual(seen, [[1, 2, 3]]);
	t.deepEqual(await Promise.all(results), ['result 1', 'result 2', 'result 3']);
});

test('a batch stays open while others keep coming, and not for ever', async (t) => {
	const clock = createVirtualClock();
	const seen: (readonly [number, number])[] = [];
	const begin = clock.now();
	const batches = createBatches<number, number>(
		clock,
		rules((items) => {
			seen.push([clock.now() - begin, items.length]);
			return Promise.resolve(items);
		}),
	);
	const results: Promise<number>[] = [];
	for (let at = 0; at < 300; at += 10) {
		results.push(batches.add(at, signal));
		await clock.advance(10);
	}
	await clock.advance(1_000);
	t.deepEqual(seen, [
		[250, 25],
		[310, 5],
	]);
	t.is((await Promise.all(results)).length, 30);
});

test('one batch runs at a time, and what comes meanwhile is the next one', async (t) => {
	const clock = createVirtualClock();
	const seen: (readonly number[])[] = [];
	let running = 0;
	const batches = createBatches<number, number>(
		clock,
		rules(async (items, until) => {
			running += 1;
			t.is(running, 1);
			seen.push(items);
			await clock.sleep(1_000, until);
			running -= 1;
			return items;
		}),
	);
	const first = batches.add(1, signal);
	await clock.advance(60);
	const others = [2, 3].map((item) => batches.add(item, signal));
	await clock.advance(5_000);
	t.deepEqual(seen, [[1], [2, 3]]);
	t.deepEqual(await Promise.all([first, ...others]), [1, 2, 3]);
});

test('an error fails its own batch only', async (t) => {
	const clock = createVirtualClock();
	const batches = createBatches<number, number>(
		clock,
		rules((items) => (items.includes(1) ? Promise.reject(new Error('the first')) : Promise.resolve(items))),
	);
	const failing = [1, 2].map((item) => t.throwsAsync(batches.add(item, signal), { message: 'the first' }));
	await clock.advance(50);
	await Promise.all(failing);
	const next = batches.add(3, signal);
	await clock.advance(50);
	t.is(await next, 3);
});

test('a handler that answers too few is an error of the ones left over', async (t) => {
	const clock = createVirtualClock();
	const batches = createBatches<number, string>(
		clock,
		rules(() => Promise.resolve(['one'])),
	);
	const first = batches.add(1, signal);
	const second = t.throwsAsync(batches.add(2, signal), { message: 'a batch of 2 gave 1 results' });
	await clock.advance(50);
	t.is(await first, 'one');
	await second;
});

test('the end fails what waits, and leaves room for a life after it', async (t) => {
	const clock = createVirtualClock();
	const batches = createBatches<number, number>(
		clock,
		rules((items) => Promise.resolve(items)),
	);
	const ending = new AbortController();
	const waiting = t.throwsAsync(batches.add(1, ending.signal), { message: 'the end' });
	ending.abort(new Error('the end'));
	await waiting;
	const next = batches.add(2, signal);
	await clock.advance(50);
	t.is(await next, 2);
});

/** Each try takes no time and leaves everything over, but those of `through`. */
function noteTries(through: readonly number[] = []) {
	const clock = createVirtualClock();
	const start = clock.now();
	const tries: (readonly [at: number, items: readonly number[]])[] = [];
	const batches = createBatches<number, string>(
		clock,
		rules(
			(items) => {
				tries.push([clock.now() - start, items]);
				return Promise.resolve(items.map((item) => (through.includes(item) ? 'through' : undefined)));
			},
			{
				pause: (fruitless) => 1_000 * fruitless,
				giveUp: (_, count, span) => (count === 4 ? `${count} tries in ${span} ms` : undefined),
			},
		),
	);
	return { clock, batches, tries };
}

test('what is not through is tried again after a pause for each row of bad luck, until it is given up', async (t) => {
	const { clock, batches, tries } = noteTries([2]);
	const results = [1, 2].map((item) => batches.add(item, signal));
	await clock.advance(60_000);
	t.deepEqual(tries, [
		[50, [1, 2]],
		[1_050, [1]],
		[3_050, [1]],
		[6_050, [1]],
	]);
	t.deepEqual(await Promise.all(results), ['4 tries in 6050 ms', 'through']);
});

test('a pause ends for what is new, which takes along what waits', async (t) => {
	const { clock, batches, tries } = noteTries([2]);
	void batches.add(1, signal);
	await clock.advance(1_100);
	const results = [batches.add(2, signal)];
	await clock.advance(100);
	t.deepEqual(tries, [
		[50, [1]],
		[1_050, [1]],
		[1_150, [1, 2]],
	]);
	t.deepEqual(await Promise.all(results), ['through']);
});

test('bad luck of the past is no reason to pause', async (t) => {
	const { clock, batches, tries } = noteTries();
	await Promise.all([batches.add(1, signal), clock.advance(60_000)]);
	void batches.add(2, signal);
	await clock.advance(1_051);
	t.deepEqual(
		tries.slice(4).map(([at]) => at),
		[60_050, 61_050],
	);
});

test('the end cuts a pause short', async (t) => {
	const { clock, batches, tries } = noteTries();
	const ending = new AbortController();
	const waiting = t.throwsAsync(batches.add(1, ending.signal), { message: 'the end' });
	await clock.advance(100);
	ending.abort(new Error('the end'));
	await waiting;
	t.is(tries.length, 1);
});
