import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import { createNoticeBoard } from '../../src/reconcile/notices.ts';
import type { PassReport } from '../../src/reconcile/pass-report.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { aReport, committed, ends, liveObject, pending } from '../support/pass-reports.ts';
import { aPolicy, weights } from '../support/policies.ts';

const policy = aPolicy();
const about = { policy: policy.key, target: policy.target };
const shift = aShift();
const decided: Notice = { kind: 'decided', ...about, shift };

/** What is told of one report after the other, each at its time. */
function tell(...reports: readonly (readonly [now: number, report: PassReport])[]): (readonly Notice[])[] {
	const board = createNoticeBoard();
	return reports.map(([now, report]) => [...board.news(policy, report, { now, next: now + 250 })]);
}

const { problem, message } = ends.rejected;
const sent: Notice = {
	kind: 'delivered',
	...about,
	shift,
	evidence: { kind: 'committed', commit: 'cafe' },
	after: 300,
};

const first: readonly (readonly [end: keyof typeof ends, notices: readonly Notice[]])[] = [
	['held', [{ kind: 'held', ...about, reasons: [{ code: 'NothingEligible' }] }]],
	['proposed', [{ kind: 'proposed', ...about, change: anEditChange() }]],
	['awaited', [decided, sent]],
	['converged', [decided, { kind: 'converged', ...about, shift, uid: 'uid-of-it', after: 1_000 }]],
	['failed', [decided, { kind: 'failed', ...about, message: ends.failed.message, retryIn: 250, shift }]],
	['rejected', [decided, { kind: 'failed', ...about, message, problem, retryIn: 250, shift }]],
	['stuck', [decided, { kind: 'failed', ...about, message, problem, shift }]],
];

for (const [end, notices] of first) {
	test(`a pass that ended ${end} is told, once`, (t) => {
		const report = aReport(end);
		t.deepEqual(tell([2_000, report], [2_000, report], [2_000, report]), [[...notices], [], []]);
	});
}

test('what was decided and not sent yet is told as decided only', (t) => {
	const report = aReport('held', { decision: shift, end: { ...ends.awaited, pending } });
	t.deepEqual(tell([2_000, report]), [[decided]]);
});

test('a new problem, a new decision and a new reason are news again, and so is the way back', (t) => {
	const other = aShift({ to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) });
	const suspended: PassReport = {
		...aReport('held'),
		decision: { kind: 'hold', reasons: [{ code: 'Suspended' }] },
	};
	const told = tell(
		[1, aReport('failed')],
		[2, aReport('rejected')],
		[3, { ...aReport('rejected'), decision: other }],
		[4, aReport('held')],
		[5, suspended],
		[6, aReport('held')],
	);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[['decided', 'failed'], ['failed'], ['decided'], ['held'], ['held'], ['held']],
	);
});

test('F-019 retries of the same failure are not news, whatever they wait for', (t) => {
	const board = createNoticeBoard();
	const told = [1, 2, 3].map((now) =>
		board.news(policy, aReport('rejected'), { now, next: now + now * 100 }),
	);
	t.deepEqual(
		told.map(({ length }) => length),
		[2, 0, 0],
	);
});

test('that inputs are missing is news, that they come in one after the other is not', (t) => {
	const waiting = (...inputs: string[]): PassReport => ({
		...aReport('held', { synced: false }),
		decision: { kind: 'hold', reasons: [{ code: 'NotSynced', inputs }] },
	});
	const told = tell(
		[1, waiting('a', 'b', 'c')],
		[2, waiting('b', 'c')],
		[3, waiting('c')],
		[4, aReport('held')],
	);
	t.deepEqual(
		told.map(({ length }) => length),
		[1, 0, 0, 1],
	);
});

test('a commit that nobody syncs is told after a minute, and once more every minute', (t) => {
	const told = tell(
		...[2, 60, 61, 90, 121, 122].map((second) => [second * 1_000, aReport('awaited')] as const),
	);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[['decided', 'delivered'], [], ['unsynced'], [], ['unsynced'], []],
	);
	t.deepEqual(told[2], [{ kind: 'unsynced', ...about, commit: 'cafe', since: 60_000 }]);
	t.is(committed.decidedAt, 1_000);
});

test('policies have news of their own, and a forgotten one begins anew', (t) => {
	const board = createNoticeBoard();
	const time = { now: 1, next: undefined };
	const other = aPolicy({ key: 'emojivoto/web' });
	t.is(board.news(policy, aReport('held'), time).length, 1);
	t.is(board.news(other, aReport('held'), time).length, 1);
	board.forget(policy.key);
	t.is(board.news(policy, aReport('held'), time).length, 1);
	t.is(board.news(other, aReport('held'), time).length, 0);
});

test('F-028 a race that was lost is worth a word only when it goes on', (t) => {
	const lost = aReport('failed', { end: { ...ends.failed, conflict: true } });
	const told = tell([1, lost], [2, lost], [3, lost], [4, lost], [5, aReport('converged')], [6, lost]);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[[], [], ['decided', 'failed'], [], ['converged'], []],
	);
});

test('a replica that follows says nothing, and says all of it once it leads', (t) => {
	const report = aReport('held');
	const told = tell([1, report], [2, { ...report, follows: true }], [3, report]);
	t.deepEqual(
		told.map((notices) => notices.length),
		[1, 0, 1],
	);
});

const contested: PassReport = aReport('held', {
	uid: 'uid-of-it',
	decision: {
		kind: 'hold',
		reasons: [
			{ code: 'Contested', target: 'TrafficSplit east a/b', rounds: 3, manager: 'argocd-controller' },
		],
	},
});

test('F-097 a quarrel is a warning, once, with the setting that ends it', (t) => {
	const [first, second] = tell([1, contested], [2, contested]);
	t.like(first?.[1], {
		kind: 'warned',
		reason: 'Contested',
		uid: 'uid-of-it',
		problem: { code: 'E_CONTESTED', message: 'argocd-controller undid the decided weights 3 times' },
	});
	t.regex(first?.[1]?.kind === 'warned' ? first[1].problem.remedy : '', /RespectIgnoreDifferences=true/);
	t.deepEqual(second, []);
});

test('linkerd-smi that stalls is a warning that comes again, ever more rarely', (t) => {
	const overrides = weights({ a: 1, b: 0 });
	const stalled = aReport('held', {
		decision: { kind: 'hold', reasons: [{ code: 'AdaptorStalled', apex: 'web', overrides, since: 1_000 }] },
	});
	const told = tell(...[11, 12, 20, 21, 30, 40, 41, 80, 81].map((at) => [at * 1_000, stalled] as const));
	t.deepEqual(
		told.map((notices) => notices.filter(({ kind }) => kind === 'warned').length),
		[1, 0, 0, 1, 0, 0, 1, 0, 1],
	);
});

test('a commit that became live is told with the time since its push, one that was escalated without', (t) => {
	const end = { kind: 'converged', pending: committed, object: liveObject } as const;
	const told = (report: PassReport) => tell([2_000, report])[0]?.at(-1);
	t.like(told(aReport('converged', { end })), { kind: 'converged', after: 1_000, sincePush: 700 });
	const escalated = aReport('converged', {
		end: { ...end, escalated: { since: 900, blocker: 'paused' } },
		uid: 'u',
	});
	t.deepEqual(Object.keys(told(escalated) ?? {}).includes('sincePush'), false);
	t.like(tell([2_000, escalated])[0]?.at(-2), { kind: 'escalated', since: 900, blocker: 'paused', uid: 'u' });
});

test('a syncer whose objects are only being listed says nothing yet', (t) => {
	const blocker = { kind: 'Unknown', detail: 'not listed yet' } as const;
	const asked = (view: object) =>
		aReport('awaited', { end: { ...ends.awaited, syncer: { name: 'Flux on east', blocker, ...view } } });
	const told = tell([61_000, asked({ unlisted: true })], [62_000, asked({})]);
	t.deepEqual(
		told.map((notices) => notices.filter(({ kind }) => kind === 'unsynced').length),
		[0, 1],
	);
});

test('what a syncer says stands in the way is told with the commit, once a minute', (t) => {
	const blocker = { kind: 'Suspended', detail: 'it is paused' } as const;
	const end = { ...ends.awaited, syncer: { name: 'Kustomization a/b', blocker } };
	const report = aReport('awaited', { end, uid: 'u' });
	const told = tell([61_000, report], [100_000, report], [121_000, report]);
	t.deepEqual(
		told.map((notices) => notices.filter(({ kind }) => kind === 'unsynced').length),
		[1, 0, 1],
	);
	t.like(told[0]?.at(-1), { kind: 'unsynced', since: 60_000, blocker: 'it is paused', uid: 'u' });
});

test('F32 a debt to Git is told every ten minutes while it lasts, and once when it is paid', (t) => {
	const owing = aReport('held', { debt: { since: 1_000, blocker: 'no route' } });
	const paid = aReport('held', { debt: { since: 1_000, paid: true } });
	const told = tell(
		[2_000, owing],
		[601_000, owing],
		[1_100_000, owing],
		[1_201_000, owing],
		[1_300_000, paid],
	);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[['held'], ['indebted'], [], ['indebted'], ['released']],
	);
	t.like(told[1]?.[0], { since: 600_000, blocker: 'no route' });
});

test('whoever keeps undoing direct writes is named, with the setting that ends it', (t) => {
	const contested = {
		code: 'Contested',
		target: 'TrafficSplit east emojivoto/emoji-svc',
		rounds: 3,
	} as const;
	const end = { ...ends.awaited, contested: { ...contested, manager: 'kustomize-controller' } };
	const [told] = tell([2_000, aReport('awaited', { end })]);
	t.like(
		told?.find(({ kind }) => kind === 'warned'),
		{ reason: 'Contested', problem: { code: 'E_CONTESTED' } },
	);
});
