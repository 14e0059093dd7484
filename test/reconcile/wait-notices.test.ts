// What is told of weights that people are asked for.
import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import { problem } from '../../src/model/problem.ts';
import type { LateMerge } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { createNoticeBoard } from '../../src/reconcile/notices.ts';
import type { PassReport } from '../../src/reconcile/pass-report.ts';
import { aShift } from '../support/changes.ts';
import { aView } from '../support/commit-passes.ts';
import { aReport, ends, pending } from '../support/pass-reports.ts';
import { aPolicy, weights } from '../support/policies.ts';

const policy = aPolicy();
const about = { policy: policy.key, target: policy.target };
const shift = aShift();
const { number, url } = aView();
const obstacle = problem('E_FORGE', { where: { kind: 'named', name: 'forge' }, message: 'no answer' });

function tell(...reports: readonly (readonly [now: number, report: PassReport])[]): (readonly Notice[])[] {
	const board = createNoticeBoard();
	return reports.map(([now, report]) => [...board.news(policy, report, { now, next: now + 250 })]);
}

function asked(receipt: Receipt): PassReport {
	return aReport('awaited', { uid: 'u', end: { kind: 'awaited', pending, receipt } });
}

test('that people are asked is told once, with the pull request, whatever becomes of that', (t) => {
	const told = tell(
		[2_000, asked({ kind: 'requested' })],
		[3_000, asked({ kind: 'requested', pull: aView() })],
		[4_000, asked({ kind: 'requested', pull: aView({ state: 'Blocked', blocker: 'a check' }) })],
		[5_000, asked({ kind: 'requested', pull: aView({ number: 13 }) })],
	);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[['decided'], ['requested'], [], ['requested']],
	);
	t.deepEqual(told[1], [{ kind: 'requested', ...about, shift, number, url, after: 2_000, uid: 'u' }]);
});

test('what keeps a pull request from being opened is told as a failure, once, though nothing is given up', (t) => {
	const [first, second] = tell(
		[2_000, asked({ kind: 'requested', obstacle })],
		[3_000, asked({ kind: 'requested', obstacle })],
	);
	t.deepEqual(first?.at(-1), {
		kind: 'failed',
		...about,
		message: 'no answer',
		problem: obstacle,
		shift,
		uid: 'u',
	});
	t.deepEqual(second, []);
});

test('a merge is told as delivered, and patience with a syncer begins at the merge', (t) => {
	const committed = { commit: 'cafe', on: 'c0', at: 601_000 };
	const end = { ...ends.awaited, pending: { ...pending, committed, requested: aView() } };
	const report = aReport('awaited', { end });
	const told = tell([601_000, report], [660_000, report], [661_000, report]);
	t.deepEqual(
		told.map((notices) => notices.map(({ kind }) => kind)),
		[['decided', 'delivered'], [], ['unsynced']],
	);
	t.like(told[0]?.[1], { after: 600_000, evidence: { commit: 'cafe' } });
	t.like(told[2]?.[0], { since: 60_000 });
});

test('F7 a commit that a protected branch refused is a warning with the server’s words', (t) => {
	const refused = problem('E_GIT_PROTECTED', {
		where: { kind: 'named', name: 'config' },
		message: 'the push to main was refused: protected branch hook declined',
	});
	const [told] = tell([2_000, aReport('awaited', { uid: 'u', end: { kind: 'held', diverted: refused } })]);
	t.deepEqual(told?.[1], { kind: 'warned', ...about, uid: 'u', reason: 'PushRefused', problem: refused });
});

const late: LateMerge = { number, url, at: 1_000, move: 'failover', to: weights({ 'emoji-svc-west': 1 }) };
const answer = aShift({ move: 'failback', reasons: [{ code: 'LateMerge', target: 'x', late }] });

const answers: readonly (readonly [title: string, receipt: Receipt | undefined, notice?: Partial<Notice>])[] =
	[
		['not tried yet', undefined],
		['committed before', { kind: 'unchanged', evidence: { kind: 'committed', commit: 'c9' } }],
		[
			'committed',
			{ kind: 'delivered', evidence: { kind: 'committed', commit: 'c9' } },
			{ kind: 'delivered', after: 4_000 },
		],
		[
			'asked for',
			{ kind: 'requested', pull: aView({ number: 13 }) },
			{ kind: 'requested', number: 13, after: 4_000 },
		],
		[
			'refused',
			{ kind: 'rejected', problem: obstacle, retry: 'soon' },
			{ kind: 'failed', problem: obstacle, message: 'no answer' },
		],
	];

for (const [title, receipt, notice] of answers) {
	test(`F20 an answer to a late merge that is ${title} is told beside the decision that all is right`, (t) => {
		const report = aReport('held', { uid: 'u', late: { shift: answer, ...(receipt && { receipt }) } });
		const [first, second] = tell([5_000, report], [5_000, report]);
		t.deepEqual(
			first?.slice(0, 2).map(({ kind }) => kind),
			['held', 'decided'],
		);
		t.deepEqual(first?.[1], { kind: 'decided', ...about, shift: answer });
		if (notice === undefined) t.is(first?.length, 2);
		else t.like(first?.[2], { ...about, shift: answer, ...notice });
		t.deepEqual(second, []);
	});
}
