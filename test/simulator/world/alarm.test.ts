import test from 'ava';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { createAlarm } from '../../../src/simulator/world/alarm.ts';

const never = new AbortController().signal;

/** How long a wait took, by the clock; `undefined` while it lasts. */
function watchWait() {
	const clock = createVirtualClock();
	const alarm = createAlarm(clock);
	const start = clock.now();
	const wait = (span: number | undefined, signal: AbortSignal = never) => {
		const waited: { took?: number } = {};
		void alarm.wait(span, signal).then(() => {
			waited.took = clock.now() - start;
		});
		return waited;
	};
	return { clock, alarm, wait };
}

test('a wait ends after its span', async (t) => {
	const { clock, wait } = watchWait();
	const waited = wait(500);
	await clock.advance(499);
	t.is(waited.took, undefined);
	await clock.advance(1);
	t.is(waited.took, 500);
});

test('a nudge ends a wait early, and only that one', async (t) => {
	const { clock, alarm, wait } = watchWait();
	const first = wait(500);
	await clock.advance(100);
	alarm.nudge();
	await clock.advance(0);
	const second = wait(500);
	await clock.advance(1_000);
	t.is(first.took, 100);
	t.is(second.took, 600);
});

test('nudges between two waits are kept as one', async (t) => {
	const { clock, alarm, wait } = watchWait();
	alarm.nudge();
	alarm.nudge();
	const first = wait(undefined);
	await clock.advance(1);
	const second = wait(undefined);
	await clock.advance(10_000);
	t.is(first.took, 0);
	t.is(second.took, undefined);
});

test('a wait without span lasts until a nudge', async (t) => {
	const { clock, alarm, wait } = watchWait();
	const waited = wait(undefined);
	await clock.advance(3_600_000);
	t.is(waited.took, undefined);
	alarm.nudge();
	await clock.advance(0);
	t.is(waited.took, 3_600_000);
});

for (const span of [undefined, 500]) {
	test(`an abort ends a wait with span ${span}, and those after it`, async (t) => {
		const { clock, wait } = watchWait();
		const stop = new AbortController();
		const during = wait(span, stop.signal);
		await clock.advance(100);
		stop.abort();
		await clock.advance(0);
		const after = wait(span, stop.signal);
		await clock.advance(0);
		t.deepEqual([during.took, after.took], [100, 100]);
	});
}
