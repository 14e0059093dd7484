import test from 'ava';
import { adaptorPatience } from '../../src/decide/proof.ts';
import { syncPatience } from '../../src/reconcile/pass-report.ts';
import { createSchedule } from '../../src/reconcile/schedule.ts';
import { aReport, ends, pending } from '../support/pass-reports.ts';

const now = 1_000_000;

test('failures back off by policy, and any other end starts anew', (t) => {
	const schedule = createSchedule(() => 0);
	const wait = (policy: string, end: keyof typeof ends) =>
		(schedule.next(policy, aReport(end), now) ?? Number.NaN) - now;
	t.deepEqual(
		[1, 2, 3, 4].map(() => wait('a', 'failed')),
		[250, 500, 1_000, 2_000],
	);
	t.is(wait('b', 'failed'), 250);
	schedule.next('a', aReport('converged'), now);
	t.is(wait('a', 'failed'), 250);
	schedule.next('b', aReport('failed'), now);
	schedule.forget('b');
	t.is(wait('b', 'failed'), 250);
});

test('F-029 a server that says when to come again is not asked earlier', (t) => {
	t.is(createSchedule(() => 0).next('a', aReport('rejected'), now), now + 7_000);
});

test('a wait that would be longer anyhow is not cut short', (t) => {
	const schedule = createSchedule(() => 1);
	for (let count = 0; count < 10; count += 1) schedule.next('a', aReport('rejected'), now);
	t.is(schedule.next('a', aReport('rejected'), now), now + 30_000);
});

for (const end of ['held', 'proposed', 'converged', 'stuck'] as const) {
	test(`after it ended ${end} a policy comes again when its decision may change`, (t) => {
		const schedule = createSchedule(() => 0);
		t.is(schedule.next('a', aReport(end, { wakeAt: now + 5 }), now), now + 5);
		t.is(schedule.next('a', aReport(end), now), undefined);
	});
}

test('what is on its way through Git is looked after, at the latest when patience ends', (t) => {
	const schedule = createSchedule(() => 0);
	t.is(schedule.next('a', aReport('awaited', { wakeAt: now + 5 }), now), now + 5);
	t.is(schedule.next('a', aReport('awaited', { wakeAt: now + 2 * syncPatience }), now), now + syncPatience);
	t.is(schedule.next('a', aReport('awaited'), now), now + syncPatience);
});

test('a syncer whose objects are only being listed is asked again a second later', (t) => {
	const end = { ...ends.awaited, syncer: { name: 'Flux on east', unlisted: true } } as const;
	t.is(createSchedule(() => 0).next('a', aReport('awaited', { end }), now), now + 1_000);
});

test('linkerd-smi is given its patience, and a decision that knows of the lag says when to look again', (t) => {
	const schedule = createSchedule(() => 0);
	const end = { kind: 'awaited', pending, blocker: 'adaptor' } as const;
	t.is(schedule.next('a', aReport('awaited', { end }), now), now + adaptorPatience);
	const known = aReport('held', { end, wakeAt: now + 9 * adaptorPatience });
	t.is(schedule.next('a', known, now), now + 9 * adaptorPatience);
});

test('what is due comes first, however a pass ended', (t) => {
	const schedule = createSchedule(() => 0);
	for (const end of ['held', 'awaited', 'failed', 'converged'] as const) {
		t.is(schedule.next('a', aReport(end, { dueAt: now + 3, wakeAt: now + 5 }), now), now + 3);
	}
});

test('patience with a commit begins at the push, whatever made a pass since', (t) => {
	const at = now - 10_000;
	const awaited = {
		kind: 'awaited',
		pending: { ...pending, committed: { commit: 'c', on: 'b', at } },
	} as const;
	const schedule = createSchedule(() => 0);
	t.is(schedule.next('a', aReport('awaited', { end: awaited }), now), at + syncPatience);
});
