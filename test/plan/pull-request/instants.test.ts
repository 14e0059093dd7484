import test from 'ava';
import fc from 'fast-check';
import { formatInstant, isNever, relateTo } from '../../../src/plan/pull-request/instants.ts';

test('an instant is written in UTC, as the language itself would', (t) => {
	t.is(formatInstant(Date.UTC(2026, 10, 21, 8, 4, 6)), '2026-11-21 08:04:06 UTC');
	t.is(formatInstant(Date.UTC(2028, 1, 29)), '2028-02-29 00:00:00 UTC');
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0) }), (at) => {
				const [date, time] = new Date(at).toISOString().split(/[T.]/);
				return formatInstant(at) === `${date} ${time} UTC`;
			}),
		),
	);
});

test('what is never is no date', (t) => {
	t.true(isNever(Number.MAX_SAFE_INTEGER));
	t.false(isNever(Date.UTC(2026, 10, 21)));
	t.notThrows(() => formatInstant(Number.MAX_SAFE_INTEGER));
});

test('an age is told from the decision, never from now', (t) => {
	t.is(relateTo(0, 30_400), '30s before the decision');
	t.is(relateTo(90_000, 0), '1m30s after the decision');
	t.is(relateTo(100, 300), 'at the decision');
});
