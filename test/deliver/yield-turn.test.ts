import test from 'ava';
import { createYieldTurn } from '../../src/deliver/yield-turn.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

const { signal } = new AbortController();

test('work gives way after 8 ms in one go, and not before', async (t) => {
	const clock = createVirtualClock();
	let now = 0;
	let slept = 0;
	const yieldTurn = createYieldTurn({
		now: () => now,
		sleep(span, until) {
			slept += 1;
			return clock.sleep(span, until);
		},
	});
	await yieldTurn(signal);
	now = 7;
	await yieldTurn(signal);
	t.is(slept, 0);
	now = 8;
	const given = yieldTurn(signal);
	await clock.advance(0);
	await given;
	t.is(slept, 1);
	now = 15;
	await yieldTurn(signal);
	t.is(slept, 1);
});
