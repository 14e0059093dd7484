// Which of a pass's outcomes are news: levels are decided again and again, people are told of changes only.

import type { PolicyKey } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import { formatProblem } from '../model/problem.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';
import { type PassReport, syncPatience } from './pass.ts';

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

export function createNoticeBoard(): NoticeBoard {
	const told = new Map<PolicyKey, ReadonlySet<string>>();
	return {
		news(policy, report, time) {
			const notices = new Map(describe(policy, report, time).map((notice) => [fingerprint(notice), notice]));
			const known = told.get(policy.key);
			told.set(policy.key, new Set(notices.keys()));
			return [...notices].filter(([text]) => !known?.has(text)).map(([, notice]) => notice);
		},
		forget(policy) {
			told.delete(policy);
		},
	};
}

function describe(policy: FailoverPolicy, report: PassReport, { now, next }: NoticeTime): readonly Notice[] {
	const about = { policy: policy.key, target: policy.target };
	const { decision, end } = report;
	const first: Notice[] =
		decision.kind === 'shift'
			? [{ kind: 'decided', ...about, shift: decision }]
			: [{ kind: 'held', ...about, reasons: decision.reasons }];
	switch (end.kind) {
		case 'held':
			return first;
		case 'proposed':
			return [{ kind: 'proposed', ...about, change: end.change }];
		case 'awaited': {
			const { shift, decidedAt, committed } = end.pending;
			if (committed === undefined) return first;
			const evidence = { kind: 'committed', commit: committed.commit } as const;
			const delivered: Notice = {
				kind: 'delivered',
				...about,
				shift,
				evidence,
				after: committed.at - decidedAt,
			};
			const since = now - decidedAt;
			if (since < syncPatience) return [...first, delivered];
			return [...first, delivered, { kind: 'unsynced', ...about, commit: committed.commit, since }];
		}
		case 'converged': {
			const { shift, decidedAt } = end.pending;
			return [
				...first,
				{ kind: 'converged', ...about, shift, uid: end.object.metadata.uid, after: now - decidedAt },
			];
		}
		case 'failed': {
			const { message, problem } = end;
			const again = next === undefined ? {} : { retryIn: next - now };
			return [
				...first,
				{ kind: 'failed', ...about, message, ...(problem === undefined ? {} : { problem }), ...again },
			];
		}
		case 'stuck':
			return [...first, { kind: 'failed', ...about, message: end.problem.message, problem: end.problem }];
	}
}

/** What makes two notices the same news. */
function fingerprint(notice: Notice): string {
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
		case 'unsynced':
			return `unsynced ${notice.commit} ${Math.floor(notice.since / syncPatience)}`;
		case 'converged':
			return `converged ${notice.shift.episode.id} ${notice.after}`;
		case 'failed':
			return `failed ${notice.problem === undefined ? notice.message : formatProblem(notice.problem)}`;
	}
}

/** At a start inputs come in one after the other: that a policy waits is news, the shrinking list is not. */
function fingerprintReason(reason: Reason): string {
	return reason.code === 'NotSynced' ? reason.code : renderReason(reason);
}
