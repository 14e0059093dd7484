// A planned change on its way: delivered once it is due, and what its receipt comes to.
import type { Change } from '../model/change.ts';
import type { PendingShift } from '../model/decision.ts';
import type { Problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { confirm, confirmObject } from './confirm.ts';
import { type PassEnd, type PassInput, type PassParts, syncPatience } from './pass-report.ts';
import { askSyncer, isDue, noteCommit, noteWritten } from './sync-wait.ts';

/** What admission or validation refuses is not mended within seconds: it is tried again this rarely. */
export const slowLane: Milliseconds = 300_000;

/** A change that is to be carried out. */
export interface Errand {
	readonly input: PassInput;
	readonly pending: PendingShift;
	readonly change: Change;
	/** A commit is not waited for longer than this, as there is another way then. */
	readonly deadline?: Instant;
}

export async function carryOut(parts: PassParts, errand: Errand, signal: AbortSignal): Promise<PassEnd> {
	const { input, pending } = errand;
	const now = parts.clock.now();
	const { refused } = pending;
	if (refused !== undefined && now < refused.until) return endRefused(refused.problem, refused.until - now);
	if (!isDue(pending, input.tip, now)) return await awaitSync(parts, errand, undefined, signal);
	if (parts.duty(input.policy) !== 'write') return { kind: 'held' };
	const receipt = await send(parts, errand, now, signal);
	if (receipt === undefined) return { kind: 'failed', message: 'the commit takes too long', late: true };
	return await follow(parts, errand, receipt, signal);
}

/** Git may hang: with a deadline, the commit goes on by itself after that. */
async function send(
	parts: PassParts,
	{ change, deadline }: Errand,
	now: Instant,
	signal: AbortSignal,
): Promise<Receipt | undefined> {
	if (deadline === undefined || deadline <= now) return await parts.delivery.deliver(change, signal);
	return await parts.patient.deliver(change, deadline - now, signal);
}

/** Once patience with a commit is over, the syncer is asked what it says. */
async function awaitSync(
	parts: PassParts,
	{ input, pending, change }: Errand,
	receipt: Receipt | undefined,
	signal: AbortSignal,
): Promise<PassEnd> {
	const end = { kind: 'awaited', pending, change, ...(receipt && { receipt }) } as const;
	if (pending.committed === undefined || parts.clock.now() - pending.decidedAt < syncPatience) return end;
	const { target } = input.snapshot;
	const live = target.kind === 'found' ? target.target : undefined;
	const syncer = await askSyncer(parts, { input, pending, live }, signal);
	return { ...end, ...(syncer && { syncer }) };
}

/** What a receipt comes to. */
export async function follow(
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
			const { commit } = evidence;
			const landing = { commit, on: tip, at: parts.clock.now(), pushed: receipt.kind === 'delivered' };
			const awaited = { ...pending, committed: noteCommit(pending.committed, landing) };
			const memory = noteWritten(parts.ledger.load(policy.key), pending.shift, landing);
			parts.ledger.save(policy.key, { ...memory, pending: awaited });
			parts.syncers.nudge(policy.target.cluster, commit);
			return await awaitSync(parts, { input, pending: awaited, change }, receipt, signal);
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
			return { kind: 'held', again: true };
		case 'withheld':
			return { kind: 'held' };
		case 'queued':
			return { kind: 'awaited', pending, change, receipt };
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
