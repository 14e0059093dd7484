// Which of a pass's outcomes are news: levels are decided again and again, people are told of changes only.

import type { PolicyKey } from '../model/names.ts';
import type { Notice, PolicyNotice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import { formatProblem } from '../model/problem.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { type PassEnd, type PassReport, syncPatience } from './pass-report.ts';
import { describeDiversion, describeLate, describeWait, type Subject } from './wait-notices.ts';
import { stallsSince, warningOf } from './warnings.ts';

/** When a report was made, and when the policy's next pass is due. */
interface NoticeTime {
	readonly now: Instant;
	readonly next: Instant | undefined;
}

export interface NoticeBoard {
	/** The news of a pass, in order; none when it is what the last one said. */
	news(policy: FailoverPolicy, report: PassReport, time: NoticeTime): readonly Notice[];
	forget(policy: PolicyKey): void;
}

/** How old a debt to Git is when it is told, and how often it is from then on. */
const debtPatience: Milliseconds = 600_000;

/** Conflicts in a row before they are worth a word: losing one race is how writers take turns. */
const patientConflicts = 3;

export function createNoticeBoard(): NoticeBoard {
	const told = new Map<PolicyKey, readonly string[]>();
	const conflicts = new Map<PolicyKey, number>();
	return {
		news(policy, report, time) {
			const { key } = policy;
			const { end } = report;
			if (report.follows) {
				told.delete(key);
				return [];
			}
			const inARow = end.kind === 'failed' && end.conflict ? (conflicts.get(key) ?? 0) + 1 : 0;
			if (inARow === 0) conflicts.delete(key);
			else conflicts.set(key, inARow);
			if (inARow > 0 && inARow < patientConflicts) return [];
			const notices = new Map(
				describe(policy, report, time).map((notice) => [fingerprint(notice, report, time.now), notice]),
			);
			const known = told.get(key);
			told.set(key, [...notices.keys()]);
			return [...notices].filter(([text]) => !known?.includes(text)).map(([, notice]) => notice);
		},
		forget(policy) {
			told.delete(policy);
			conflicts.delete(policy);
		},
	};
}

function describe(policy: FailoverPolicy, report: PassReport, time: NoticeTime): readonly Notice[] {
	const about: PolicyNotice = {
		policy: policy.key,
		target: policy.target,
		...(policy.labelled ? { labelled: true } : {}),
	};
	const { decision, uid } = report;
	const said: Notice =
		decision.kind === 'shift'
			? { kind: 'decided', ...about, shift: decision }
			: { kind: 'held', ...about, reasons: decision.reasons };
	const subject = { ...about, ...(uid === undefined ? {} : { uid }) };
	const { contested } = report.end;
	const reasons = contested === undefined ? decision.reasons : [...decision.reasons, contested];
	const warnings = reasons.flatMap((reason) => warningOf(reason, subject) ?? []);
	const result = describeEnd(about, report, time);
	if (report.end.kind === 'proposed') return result;
	return [
		said,
		...warnings,
		...describeDiversion(subject, report.end.diverted),
		...describeEscalation(subject, report),
		...result,
		...(report.late === undefined ? [] : describeLate(subject, report.late, time.now)),
		...describeDebt(subject, report, time),
	];
}

function describeEnd(about: PolicyNotice, report: PassReport, { now, next }: NoticeTime): readonly Notice[] {
	const { end, uid } = report;
	switch (end.kind) {
		case 'held':
			return [];
		case 'proposed':
			return [{ kind: 'proposed', ...about, change: end.change }];
		case 'awaited':
			return describeWait({ ...about, ...(uid === undefined ? {} : { uid }) }, end, now);
		case 'converged': {
			const { shift, decidedAt } = end.pending;
			const { committed } = end.escalated === undefined ? end.pending : {};
			const sincePush = committed === undefined ? {} : { sincePush: now - committed.at };
			const { metadata } = end.object;
			const after = now - decidedAt;
			return [{ kind: 'converged', ...about, shift, uid: metadata.uid, after, ...sincePush }];
		}
		case 'failed':
		case 'stuck':
			return [describeFailure(about, report, end, next === undefined ? undefined : next - now)];
	}
}

function describeEscalation(about: Subject, { end }: PassReport): readonly Notice[] {
	if (end.escalated === undefined || !('pending' in end)) return [];
	return [{ kind: 'escalated', ...about, shift: end.pending.shift, ...end.escalated }];
}

/** A debt is told when it is old, and when it is paid. */
function describeDebt(about: Subject, { debt }: PassReport, { now }: NoticeTime): readonly Notice[] {
	if (debt === undefined) return [];
	const since = now - debt.since;
	const { uid: _, ...policy } = about;
	if (debt.paid) return [{ kind: 'released', ...policy, since }];
	const why = debt.blocker === undefined ? {} : { blocker: debt.blocker };
	return since < debtPatience ? [] : [{ kind: 'indebted', ...about, since, ...why }];
}

function describeFailure(
	about: PolicyNotice,
	{ decision, uid }: PassReport,
	end: Extract<PassEnd, { kind: 'failed' | 'stuck' }>,
	retryIn: Milliseconds | undefined,
): Notice {
	const { problem } = end;
	return {
		kind: 'failed',
		...about,
		message: end.kind === 'stuck' ? end.problem.message : end.message,
		...(problem === undefined ? {} : { problem }),
		...(end.kind === 'stuck' || retryIn === undefined ? {} : { retryIn }),
		...(decision.kind === 'shift' ? { shift: decision } : {}),
		...(uid === undefined ? {} : { uid }),
	};
}

/** What makes two notices the same news. */
function fingerprint(notice: Notice, { decision, debt }: PassReport, now: Instant): string {
	switch (notice.kind) {
		case 'revision':
			return `revision ${notice.commit}`;
		case 'problem':
			return `problem ${formatProblem(notice.problem)}`;
		case 'held':
			return `held ${notice.reasons.map(fingerprintReason).join('; ')}`;
		case 'decided':
			return `decided ${notice.shift.episode.id} ${[...notice.shift.to].join(' ')}`;
		case 'proposed':
			return `proposed ${[...notice.change.shift.to].join(' ')}`;
		case 'delivered':
			return `delivered ${notice.shift.episode.id} ${[...notice.shift.to].join(' ')}`;
		case 'requested':
			return `requested ${notice.shift.episode.id} ${[...notice.shift.to].join(' ')} ${notice.number}`;
		case 'pull-request':
			return `pull request ${notice.number} ${notice.event} ${notice.detail ?? ''}`;
		case 'unsynced':
			return `unsynced ${Math.floor(notice.since / syncPatience)}`;
		case 'escalated':
			return `escalated ${notice.shift.episode.id} ${[...notice.shift.to].join(' ')}`;
		case 'indebted':
			return `indebted ${Math.floor(notice.since / debtPatience)}`;
		case 'released':
			return `released ${debt?.since}`;
		case 'converged':
			return `converged ${notice.shift.episode.id} ${notice.after}`;
		case 'failed':
			return `failed ${notice.problem === undefined ? notice.message : formatProblem(notice.problem)}`;
		case 'warned': {
			const stall = decision.reasons.find((reason) => reason.code === 'AdaptorStalled');
			const times = stall === undefined ? 0 : stallsSince(stall.since, now);
			return `warned ${formatProblem(notice.problem)} ${times}`;
		}
	}
}

/** At a start inputs come in one after the other: that a policy waits is news, the shrinking list is not. */
function fingerprintReason(reason: Reason): string {
	return reason.code === 'NotSynced' ? reason.code : renderReason(reason);
}
