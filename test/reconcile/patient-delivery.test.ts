import test from 'ava';
import type { Change } from '../../src/model/change.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { createDebtBook } from '../../src/reconcile/debt-book.ts';
import { createPatientDelivery } from '../../src/reconcile/patient-delivery.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { weights } from '../support/policies.ts';

const { signal } = new AbortController();
const done: Receipt = { kind: 'unchanged' };

/** Deliveries that end when the test says so. */
function startSlowGit() {
	const clock = createVirtualClock();
	const underway: { readonly change: Change; readonly end: PromiseWithResolvers<Receipt> }[] = [];
	const patient = createPatientDelivery(
		{
			deliver(change) {
				const end = Promise.withResolvers<Receipt>();
				underway.push({ change, end });
				return end.promise;
			},
		},
		clock,
	);
	return { clock, underway, patient };
}

test('what takes longer than its time goes on by itself, and is not begun again', async (t) => {
	const { clock, underway, patient } = startSlowGit();
	const first = patient.deliver(anEditChange(), 5_000, signal);
	await clock.advance(5_000);
	t.is(await first, undefined);
	const second = patient.deliver(anEditChange(), 5_000, signal);
	t.is(underway.length, 1);
	underway[0]?.end.resolve(done);
	t.is(await second, done);
	const third = patient.deliver(anEditChange(), 5_000, signal);
	t.is(underway.length, 2);
	underway[1]?.end.resolve(done);
	t.is(await third, done);
});

test('other weights do not wait for those under way', async (t) => {
	const { clock, underway, patient } = startSlowGit();
	void patient.deliver(anEditChange(), 1_000, signal);
	const back = aShift({ to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) });
	void patient.deliver(anEditChange({ shift: back }), 1_000, signal);
	await clock.advance(1_000);
	t.is(underway.length, 2);
});

test('a failure is told to whoever waits, and to nobody once nobody does', async (t) => {
	const { clock, underway, patient } = startSlowGit();
	const waiting = patient.deliver(anEditChange(), 1_000, signal);
	underway[0]?.end.reject(new Error('broken'));
	await t.throwsAsync(waiting, { message: 'broken' });
	const gone = patient.deliver(anEditChange(), 1_000, signal);
	await clock.advance(1_000);
	t.is(await gone, undefined);
	underway[1]?.end.reject(new Error('broken'));
	await clock.advance(0);
});

test('a debt is tried soon, then ever more rarely, and anew once it was paid', (t) => {
	const book = createDebtBook(() => 0);
	const now = 1_000_000;
	t.true(book.isDue('a', now));
	t.deepEqual(
		[1, 2, 3, 20].map(() => book.note('a', now) - now),
		[250, 500, 1_000, 2_000],
	);
	t.false(book.isDue('a', now + 1_999));
	t.true(book.isDue('a', now + 2_000));
	t.is(book.note('b', now, 60_000), now + 60_000);
	book.forget('a');
	t.true(book.isDue('a', now));
});
