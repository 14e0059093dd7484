import test from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';

const reason = new Error('stopped');

test('it tells the time of day', (t) => {
	t.true(Math.abs(systemClock.now() - Date.now()) < 5_000);
});

test('it never goes back, and tells parts of a millisecond', (t) => {
	const instants = Array.from({ length: 10_000 }, () => systemClock.now());
	t.deepEqual(
		instants,
		instants.toSorted((a, b) => a - b),
	);
	t.true(instants.some((instant) => !Number.isInteger(instant)));
});

test('a sleep is no shorter than asked for', async (t) => {
	const before = systemClock.now();
	await systemClock.sleep(20, new AbortController().signal);
	// Node's timers count whole milliseconds.
	t.true(systemClock.now() - before >= 19);
});

for (const span of [0, -1, Number.NEGATIVE_INFINITY]) {
	test(`a sleep of ${span} ms ends at once`, async (t) => {
		await t.notThrowsAsync(systemClock.sleep(span, new AbortController().signal));
	});
}

for (const span of [60_000, 2 ** 31, Number.POSITIVE_INFINITY]) {
	test(`a sleep of ${span} ms lasts until it is aborted, and rejects with the signal's reason`, async (t) => {
		const stopping = new AbortController();
		let isOver = false;
		const sleep = systemClock.sleep(span, stopping.signal).finally(() => {
			isOver = true;
		});
		// A span that overflows Node's timers would fire after 1 ms.
		await systemClock.sleep(20, new AbortController().signal);
		t.false(isOver);
		stopping.abort(reason);
		t.is(await t.throwsAsync(sleep), reason);
	});
}

test('a sleep on an aborted signal rejects with its reason', async (t) => {
	t.is(await t.throwsAsync(systemClock.sleep(0, AbortSignal.abort(reason))), reason);
});
