// What is told of weights on their way through Git: asked for, pushed, merged, not live for long.
import { renderBlocker } from '../model/blocker.ts';
import type { PendingShift } from '../model/decision.ts';
import type { Notice, PolicyNotice } from '../model/notice.ts';
import type { Problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Instant } from '../model/time.ts';
import { type LateReport, type PassEnd, syncPatience } from './pass-report.ts';
import { waitsSince } from './sync-wait.ts';

/** Which policy, and where the live object is to be named to people, its uid. */
export type Subject = PolicyNotice & { readonly uid?: string };

export function describeWait(
	subject: Subject,
	{ pending, blocker, syncer, receipt }: Extract<PassEnd, { kind: 'awaited' }>,
	now: Instant,
): readonly Notice[] {
	const { shift, decidedAt, committed } = pending;
	if (committed === undefined) {
		return receipt?.kind === 'requested' ? describeRequest(subject, pending, receipt, now) : [];
	}
	const { uid: _, ...about } = subject;
	const evidence = { kind: 'committed', commit: committed.commit } as const;
	const after = committed.at - decidedAt;
	const delivered: Notice = { kind: 'delivered', ...about, shift, evidence, after };
	const waited = now - (waitsSince(pending) ?? now);
	if (waited < syncPatience || blocker !== undefined || syncer?.unlisted) return [delivered];
	const why = syncer?.blocker === undefined ? {} : { blocker: renderBlocker(syncer.blocker) };
	return [delivered, { kind: 'unsynced', ...subject, commit: committed.commit, since: waited, ...why }];
}

/** What keeps a request from people fails nothing: it is still on its way. */
function describeRequest(
	subject: Subject,
	{ shift, decidedAt }: Pick<PendingShift, 'shift' | 'decidedAt'>,
	{ pull, obstacle }: Extract<Receipt, { kind: 'requested' }>,
	now: Instant,
): readonly Notice[] {
	const told: Notice[] = [];
	if (pull !== undefined) {
		const { number, url } = pull;
		told.push({ kind: 'requested', ...subject, shift, number, url, after: now - decidedAt });
	}
	if (obstacle !== undefined) {
		told.push({ kind: 'failed', ...subject, message: obstacle.message, problem: obstacle, shift });
	}
	return told;
}

/** The answer to a late merge is a decision of its own, beside the one that what is live is right. */
export function describeLate(
	subject: Subject,
	{ shift, receipt }: LateReport,
	now: Instant,
): readonly Notice[] {
	const { uid: _, ...about } = subject;
	const decided: Notice = { kind: 'decided', ...about, shift };
	const reason = shift.reasons.find(({ code }) => code === 'LateMerge');
	const decidedAt = reason?.code === 'LateMerge' ? reason.late.at : now;
	switch (receipt?.kind) {
		case 'requested':
			return [decided, ...describeRequest(subject, { shift, decidedAt }, receipt, now)];
		case 'delivered': {
			const { evidence } = receipt;
			return [decided, { kind: 'delivered', ...about, shift, evidence, after: now - decidedAt }];
		}
		case 'rejected': {
			const { problem } = receipt;
			return [decided, { kind: 'failed', ...subject, message: problem.message, problem, shift }];
		}
		default:
			return [decided];
	}
}

/** A protected branch refused the commit, which is why people are asked. */
export function describeDiversion(subject: Subject, refusal: Problem | undefined): readonly Notice[] {
	return refusal === undefined
		? []
		: [{ kind: 'warned', ...subject, reason: 'PushRefused', problem: refusal }];
}
