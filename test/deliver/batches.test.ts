import test from 'ava';
import { createBatches } from '../../src/deliver/batches.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

const { signal } = new AbortController();

test('what comes within the window is handled as one, in order, and each item gets its own result', async (t) => {
	const clock = createVirtualClock();
	const seen: (readonly number[])[] = [];
	const batches = createBatches<number, string>(clock, 50, (items) => {
		seen.push(items);
		return Promise.resolve(items.map((item) => `result ${item}`));
	});
	const results = [1, 2].map((item) => batches.add(item, signal));
	await clock.advance(49);
	results.push(batches.add(3, signal));
	t.deepEqual(seen, []);
	await clock.advance(1);
	t.deepEqual(seen, [[1, 2, 3]]);
	t.deepEqual(await Promise.all(results), ['result 1', 'result 2', 'result 3']);
});

test('one batch runs at a time, and what comes meanwhile is the next one', async (t) => {
	const clock = createVirtualClock();
	const seen: (readonly number[])[] = [];
	let running = 0;
	const batches = createBatches<number, number>(clock, 50, async (items, until) => {
		running += 1;
		t.is(running, 1);
		seen.push(items);
		await clock.sleep(1_000, until);
		running -= 1;
		return items;
	});
	const first = batches.add(1, signal);
	await clock.advance(60);
	const others = [2, 3].map((item) => batches.add(item, signal));
	await clock.advance(5_000);
	t.deepEqual(seen, [[1], [2, 3]]);
	t.deepEqual(await Promise.all([first, ...others]), [1, 2, 3]);
});

test('an error fails its own batch only', async (t) => {
	const clock = createVirtualClock();
	const batches = createBatches<number, number>(clock, 50, (items) =>
		items.includes(1) ? Promise.reject(new Error('the first')) : Promise.resolve(items),
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
	const batches = createBatches<number, string>(clock, 50, () => Promise.resolve(['one']));
	const first = batches.add(1, signal);
	const second = t.throwsAsync(batches.add(2, signal), { message: 'a batch of 2 gave 1 results' });
	await clock.advance(50);
	t.is(await first, 'one');
	await second;
});

test('the end fails what waits, and leaves room for a life after it', async (t) => {
	const clock = createVirtualClock();
	const batches = createBatches<number, number>(clock, 50, (items) => Promise.resolve(items));
	const ending = new AbortController();
	const waiting = t.throwsAsync(batches.add(1, ending.signal), { message: 'the end' });
	ending.abort(new Error('the end'));
	await waiting;
	const next = batches.add(2, signal);
	await clock.advance(50);
	t.is(await next, 2);
});
