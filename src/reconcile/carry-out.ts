// A planned change on its way: delivered once it is due, and what its receipt comes to.
import type { Change } from '../model/change.ts';
import type { PendingShift } from '../model/decision.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { confirm, confirmObject } from './confirm.ts';
import { type PassEnd, type PassInput, type PassParts, syncPatience } from './pass-report.ts';

/** What admission or validation refuses is not mended within seconds: it is tried again this rarely. */
export const slowLane: Milliseconds = 300_000;

/** A change that is to be carried out. */
export interface Errand {
	readonly input: PassInput;
	readonly pending: PendingShift;
	readonly change: Change;
}

export async function carryOut(parts: PassParts, errand: Errand, signal: AbortSignal): Promise<PassEnd> {
	const { input, pending, change } = errand;
	const now = parts.clock.now();
	const { refused } = pending;
	if (refused !== undefined && now < refused.until) return endRefused(refused.problem, refused.until - now);
	if (!isDue(pending, input.tip, now)) return { kind: 'awaited', pending, change };
	if (parts.duty(input.policy) !== 'write') return { kind: 'held' };
	const receipt = await parts.delivery.deliver(change, signal);
	return await follow(parts, errand, receipt, signal);
}

/** A commit is looked after again when the branch moved on without us, or when nothing synced it for long. */
function isDue({ committed }: PendingShift, tip: CommitId, now: Instant): boolean {
	if (committed === undefined || now - committed.at >= syncPatience) return true;
	return tip !== committed.commit && tip !== committed.on;
}

async function follow(
	parts: PassParts,
	{ input, pending, change }: Errand,
	receipt: Receipt,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, tip } = input;
	switch (receipt.kind) {
		case 'delivered':
		case 'unchanged': {
			const { evidence } = receipt;
			if (evidence?.kind === 'written') {
				return confirmObject(
					parts,
					{ input, pending, written: receipt.kind === 'delivered' },
					evidence.object,
				);
			}
			if (evidence === undefined) return await confirm(parts, { input, pending, written: false }, signal);
			const committed = { commit: evidence.commit, on: tip, at: parts.clock.now() };
			const awaited = { ...pending, committed };
			parts.ledger.save(policy.key, { ...parts.ledger.load(policy.key), pending: awaited });
			return { kind: 'awaited', pending: awaited, change, receipt };
		}
		case 'conflict': {
			const lost: PassEnd = { kind: 'failed', message: receipt.message, conflict: true };
			if (change.kind === 'edit') return lost;
			const end = await confirm(parts, { input, pending, written: false }, signal);
			return isMismatch(end) ? lost : end;
		}
		case 'unknown':
			return await confirm(parts, { input, pending, written: false }, signal);
		case 'held':
			parts.ledger.save(policy.key, { ...parts.ledger.load(policy.key), manual: receipt.manual });
			return { kind: 'held' };
		case 'withheld':
			return { kind: 'held' };
		case 'rejected':
			return endRejected(parts, { input, pending, change }, receipt);
	}
}

/** The object was read back, and carries other weights. */
function isMismatch(end: PassEnd): boolean {
	return end.kind === 'failed' && end.problem === undefined;
}

function endRefused(problem: Problem, retryAfter: Milliseconds): PassEnd {
	return { kind: 'failed', problem, message: problem.message, retryAfter };
}

function endRejected(
	parts: PassParts,
	{ input, pending, change }: Errand,
	{ problem, retry, retryAfter }: Extract<Receipt, { kind: 'rejected' }>,
): PassEnd {
	const { message } = problem;
	const wait = retry === 'later' ? slowLane : retryAfter;
	if (wait !== undefined) {
		const { key } = input.policy;
		const refused = { problem, until: parts.clock.now() + wait };
		parts.ledger.save(key, { ...parts.ledger.load(key), pending: { ...pending, refused } });
		return endRefused(problem, wait);
	}
	// Deleted meanwhile: the watch is about to say so.
	if (problem.code === 'E_TARGET_MISSING' && change.kind !== 'edit') {
		return { kind: 'failed', problem, message, conflict: true };
	}
	return retry === 'on-change' ? { kind: 'stuck', problem } : { kind: 'failed', problem, message };
}
