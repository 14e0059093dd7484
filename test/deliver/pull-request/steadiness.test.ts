import test from 'ava';
import { createSteadiness, judgeSteadiness } from '../../../src/deliver/pull-request/steadiness.ts';

const minute = 60_000;

test('a group that begins to want something now and then is believed at once', (t) => {
	const steadiness = createSteadiness();
	for (let turn = 0; turn < 100; turn += 1) {
		const at = turn * 10 * minute;
		t.is(judgeSteadiness(steadiness, true, at), undefined);
		t.is(judgeSteadiness(steadiness, false, at + minute), undefined);
	}
});

test('one that turns all the time has to stay with it for a minute', (t) => {
	const steadiness = createSteadiness();
	let at = 0;
	for (let turn = 0; turn < 10; turn += 1) {
		t.is(judgeSteadiness(steadiness, true, at), undefined, String(turn));
		t.is(judgeSteadiness(steadiness, false, at + 20_000), undefined);
		at += 40_000;
	}
	t.is(judgeSteadiness(steadiness, true, at), at + minute);
	t.is(judgeSteadiness(steadiness, true, at + 30_000), at + minute);
	t.is(judgeSteadiness(steadiness, true, at + minute), undefined);
	t.is(judgeSteadiness(steadiness, true, at + 2 * minute), undefined);
});
