import test from 'ava';
import fc from 'fast-check';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';

const never = new AbortController().signal;

/** Writes down when each of these spans is over, in the order of waking. */
function sleepAll(clock: VirtualClock, spans: readonly number[]): { index: number; at: number }[] {
	const start = clock.now();
	const woken: { index: number; at: number }[] = [];
	for (const [index, span] of spans.entries()) {
		void clock.sleep(span, never).then(() => woken.push({ index, at: clock.now() - start }));
	}
	return woken;
}

test('stands still until it is told to move', async (t) => {
	const clock = createVirtualClock();
	const start = clock.now();
	const woken = sleepAll(clock, [1]);
	await new Promise((resolve) => setImmediate(resolve));
	t.is(clock.now(), start);
	t.deepEqual(woken, []);
});

test('moves by the whole span, whether or not anybody sleeps', async (t) => {
	const clock = createVirtualClock();
	const start = clock.now();
	await clock.advance(90_000);
	t.is(clock.now() - start, 90_000);
});

test('wakes each sleeper at its own instant, ties in the order of falling asleep', async (t) => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }), async (spans) => {
			const clock = createVirtualClock(() => Promise.resolve());
			const woken = sleepAll(clock, spans);
			await clock.advance(10);
			await clock.advance(10);
			const expected = spans
				.map((at, index) => ({ index, at }))
				.sort((a, b) => a.at - b.at || a.index - b.index);
			t.deepEqual(woken, expected);
		}),
		{ numRuns: 50 },
	);
});

test('a span below zero is over at once', async (t) => {
	const clock = createVirtualClock();
	const woken = sleepAll(clock, [-5]);
	await clock.advance(0);
	t.deepEqual(woken, [{ index: 0, at: 0 }]);
});

test('wakes again within one move whoever goes back to sleep', async (t) => {
	const clock = createVirtualClock();
	const start = clock.now();
	const ticks: number[] = [];
	const tick = async (): Promise<void> => {
		for (;;) {
			await clock.sleep(400, never);
			ticks.push(clock.now() - start);
		}
	};
	void tick();
	await clock.advance(1_000);
	t.deepEqual(ticks, [400, 800]);
	await clock.advance(200);
	t.deepEqual(ticks, [400, 800, 1_200]);
});

test('does not move on before what a sleeper started has come to rest', async (t) => {
	const clock = createVirtualClock();
	const start = clock.now();
	const seen: number[] = [];
	const work = async (): Promise<void> => {
		await clock.sleep(100, never);
		for (let step = 0; step < 20; step += 1) await Promise.resolve();
		seen.push(clock.now() - start);
	};
	void work();
	sleepAll(clock, [101]);
	await clock.advance(5_000);
	t.deepEqual(seen, [100]);
});

test('an aborted sleep rejects with the reason, without waiting for its end', async (t) => {
	const clock = createVirtualClock();
	const stop = new AbortController();
	const slept = clock.sleep(100, stop.signal);
	stop.abort(new Error('enough'));
	await t.throwsAsync(slept, { message: 'enough' });
});

test('a sleep that is aborted before it starts never starts', async (t) => {
	const clock = createVirtualClock();
	await t.throwsAsync(async () => clock.sleep(100, AbortSignal.abort(new Error('too late'))), {
		message: 'too late',
	});
});
