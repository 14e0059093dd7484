import test from 'ava';
import fc from 'fast-check';
import { calmHold, createCalmWindow } from '../../src/deliver/calm-window.ts';
import type { EditChange } from '../../src/model/change.ts';
import { anEditChange } from '../support/changes.ts';

function aChange(policy: string, decidedAt = 0): EditChange {
	return anEditChange({ policy, decidedAt });
}

test('the first change opens a window, and all that come within it may go at its end', (t) => {
	const window = createCalmWindow();
	t.is(window.opensAt(aChange('a'), 1_000), 11_000);
	t.is(window.opensAt(aChange('b', 4_000), 4_000), 11_000);
	t.is(window.opensAt(aChange('a'), 10_999), 11_000);
	t.is(window.opensAt(aChange('a'), 11_000), undefined);
	t.is(window.opensAt(aChange('b', 4_000), 11_500), undefined);
	t.is(window.opensAt(aChange('c', 11_500), 11_500), 11_500 + calmHold);
});

test('a change whose time has come need not wait again until it is through, another decision must', (t) => {
	const window = createCalmWindow();
	window.opensAt(aChange('a'), 0);
	t.is(window.opensAt(aChange('a'), 10_000), undefined);
	t.is(window.opensAt(aChange('a'), 40_000), undefined);
	t.is(window.opensAt(aChange('a', 41_000), 41_000), 51_000);
	t.is(window.opensAt(aChange('a', 41_000), 51_000), undefined);
	window.close(aChange('a'));
	t.is(window.opensAt(aChange('a', 41_000), 52_000), 62_000);
});

test('what never came back is forgotten', (t) => {
	const window = createCalmWindow();
	window.opensAt(aChange('a'), 0);
	window.opensAt(aChange('b'), 1_000_000);
	t.is(window.opensAt(aChange('a'), 1_000_001), 1_010_000);
});

test('whenever changes come, none waits longer than the hold, and nobody goes before the others of its window', (t) => {
	const arrivals = fc.array(fc.tuple(fc.nat(8), fc.nat(15_000)), { minLength: 1, maxLength: 30 });
	fc.assert(
		fc.property(arrivals, (steps) => {
			const window = createCalmWindow();
			let now = 0;
			for (const [policy, after] of steps) {
				now += after;
				const at = window.opensAt(aChange(String(policy), now), now);
				if (at === undefined || at <= now || at > now + calmHold) return false;
			}
			return true;
		}),
	);
	t.pass();
});
