import test from 'ava';
import { createSchedule } from '../../../src/deliver/pull-request/schedule.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';

function start(width = 2) {
	const clock = createVirtualClock();
	const begun = clock.now();
	const schedule = createSchedule<string>(clock, width);
	const seen: string[] = [];
	const stop = new AbortController();
	const release: (() => void)[] = [];
	const handle = async (key: string): Promise<void> => {
		seen.push(`${key}@${clock.now() - begun}`);
		if (key.startsWith('slow')) await new Promise<void>((resolve) => release.push(resolve));
	};
	return { clock, begun, schedule, seen, stop, release, running: schedule.run(handle, stop.signal) };
}

test('each key is handled when it is due, the earliest word counting', async (t) => {
	const { clock, begun, schedule, seen, stop, running } = start();
	schedule.at('a', begun + 100);
	schedule.at('b', begun + 50);
	schedule.at('a', begun + 500);
	schedule.at('b', begun + 20);
	await clock.advance(1_000);
	t.deepEqual(seen, ['b@20', 'a@100']);
	stop.abort();
	await running;
});

test('a key can be put off while more is waited for', async (t) => {
	const { clock, begun, schedule, seen, stop, running } = start();
	schedule.at('a', begun + 50);
	await clock.advance(40);
	schedule.move('a', begun + 90);
	await clock.advance(1_000);
	t.deepEqual(seen, ['a@90']);
	stop.abort();
	await running;
});

test('a key is never handled twice at once: what is due meanwhile comes after', async (t) => {
	const { clock, begun, schedule, seen, stop, release, running } = start();
	schedule.at('slow', begun);
	await clock.advance(10);
	schedule.at('slow', begun + 10);
	await clock.advance(100);
	t.deepEqual(seen, ['slow@0']);
	release.shift()?.();
	await clock.advance(0);
	t.deepEqual(seen, ['slow@0', 'slow@110']);
	release.shift()?.();
	stop.abort();
	await running;
});

test('no more are handled at once than the width, and the others have their turn', async (t) => {
	const { clock, begun, schedule, seen, stop, release, running } = start();
	for (const key of ['slow1', 'slow2', 'slow3']) schedule.at(key, begun);
	await clock.advance(10);
	t.is(seen.length, 2);
	release.shift()?.();
	await clock.advance(10);
	t.deepEqual(
		seen.map((each) => each.split('@')[0]),
		['slow1', 'slow2', 'slow3'],
	);
	for (const each of release) each();
	stop.abort();
	await running;
});

test('what is handled last ends before the schedule does, and an error ends it', async (t) => {
	const clock = createVirtualClock();
	const schedule = createSchedule<string>(clock, 2);
	const running = schedule.run(() => Promise.reject(new Error('broken')), new AbortController().signal);
	schedule.at('a', clock.now());
	const ended = t.throwsAsync(running, { message: 'broken' });
	await clock.advance(1);
	await ended;
});
