// A planned change on its way: delivered once it is due, and what its receipt comes to.
import type { Change } from '../model/change.ts';
import type { PendingShift, PolicyMemory } from '../model/decision.ts';
import type { Problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { confirm, confirmObject } from './confirm.ts';
import { endOf, mayAsk } from './ladder.ts';
import { type PassEnd, type PassInput, type PassParts, syncPatience } from './pass-report.ts';
import { askSyncer, isDue, noteCommit, noteWritten, waitsSince } from './sync-wait.ts';

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

/** Git may hang: with a deadline, the commit goes on by itself after that. Whoever asks people is answered at once. */
async function send(
	parts: PassParts,
	{ change, deadline }: Errand,
	now: Instant,
	signal: AbortSignal,
): Promise<Receipt | undefined> {
	const isAnsweredAtOnce = change.kind === 'pull-request' || deadline === undefined || deadline <= now;
	if (isAnsweredAtOnce) return await parts.delivery.deliver(change, signal);
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
	const since = waitsSince(pending);
	if (since === undefined || parts.clock.now() - since < syncPatience) return end;
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
	const errand = { input, pending, change };
	switch (receipt.kind) {
		case 'delivered':
		case 'unchanged':
			return await followDelivery(parts, errand, receipt, signal);
		case 'conflict': {
			const lost: PassEnd = { kind: 'failed', message: receipt.message, conflict: true };
			if (goesThroughGit(change)) return lost;
			const end = await confirm(parts, { input, pending, written: false }, signal);
			return isMismatch(end) ? lost : end;
		}
		case 'unknown':
			return await confirm(parts, { input, pending, written: false }, signal);
		case 'held':
		case 'vetoed':
			return stop(parts, input, receipt);
		case 'requested': {
			const asked = noteRequest(parts, errand, receipt);
			return { kind: 'awaited', pending: asked, change, receipt };
		}
		case 'withheld':
			return { kind: 'held' };
		case 'queued':
			return { kind: 'awaited', pending, change, receipt };
		case 'rejected':
			return endRejected(parts, errand, receipt);
	}
}

function goesThroughGit({ kind }: Change): boolean {
	return kind === 'edit' || kind === 'pull-request';
}

async function followDelivery(
	parts: PassParts,
	{ input, pending, change }: Errand,
	receipt: Extract<Receipt, { kind: 'delivered' | 'unchanged' }>,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, tip } = input;
	const { evidence } = receipt;
	const written = receipt.kind === 'delivered';
	if (evidence?.kind === 'written') return confirmObject(parts, { input, pending, written }, evidence.object);
	if (evidence === undefined) return await confirm(parts, { input, pending, written: false }, signal);
	const { commit } = evidence;
	const landing = { commit, on: tip, at: parts.clock.now(), pushed: written };
	const awaited = { ...pending, committed: noteCommit(pending.committed, landing) };
	const memory = noteWritten(parts.ledger.load(policy.key), pending.shift, landing);
	const approved = approvalOf({ input, pending, change });
	parts.ledger.save(policy.key, { ...memory, ...approved, pending: awaited });
	parts.syncers.nudge(policy.target.cluster, commit);
	return await awaitSync(parts, { input, pending: awaited, change }, receipt, signal);
}

/** What people merged of a way back, they approved to its end. */
function approvalOf({
	pending: { shift, requested },
	change,
}: Errand): Pick<PolicyMemory, 'approved'> | undefined {
	if (change.kind !== 'pull-request' || requested === undefined || shift.move !== 'failback')
		return undefined;
	return { approved: { episode: shift.episode.id, number: requested.number, to: endOf(shift) } };
}

/** People stand against it. Why, the next pass decides and says. */
function stop(
	parts: PassParts,
	{ policy }: PassInput,
	receipt: Extract<Receipt, { kind: 'held' | 'vetoed' }>,
): PassEnd {
	const memory = parts.ledger.load(policy.key);
	if (receipt.kind === 'held') {
		parts.ledger.save(policy.key, { ...memory, manual: receipt.manual });
		return { kind: 'held', again: true };
	}
	const { veto } = receipt;
	const isKnown = memory.veto?.number === veto.number && memory.veto.episode === veto.episode;
	parts.ledger.save(policy.key, { ...memory, veto });
	return isKnown ? { kind: 'held' } : { kind: 'held', again: true };
}

/** How its pull request stands is remembered; that it stands as before is nothing new to the ledger. */
function noteRequest(
	parts: PassParts,
	{ input, pending }: Errand,
	{ pull }: Extract<Receipt, { kind: 'requested' }>,
): PendingShift {
	if (pull === undefined) return pending;
	// The branch has lost what was merged.
	const { committed, ...open } = pending;
	if (committed === undefined && JSON.stringify(pull) === JSON.stringify(pending.requested)) return pending;
	const asked = { ...open, requested: pull };
	const { key } = input.policy;
	parts.ledger.save(key, { ...parts.ledger.load(key), pending: asked });
	return asked;
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
	const { key, ...policy } = input.policy;
	const mayAskInstead = mayAsk(policy[pending.shift.move].via, parts.settings());
	if (problem.code === 'E_GIT_PROTECTED' && change.kind === 'edit' && mayAskInstead) {
		const diverted: PendingShift = { ...pending, diverted: true };
		parts.ledger.save(key, { ...parts.ledger.load(key), pending: diverted });
		return { kind: 'held', diverted: problem };
	}
	const wait = retry === 'later' ? slowLane : retryAfter;
	if (wait !== undefined) {
		const refused = { problem, until: parts.clock.now() + wait };
		parts.ledger.save(key, { ...parts.ledger.load(key), pending: { ...pending, refused } });
		return endRefused(problem, wait);
	}
	// Deleted meanwhile: the watch is about to say so.
	if (problem.code === 'E_TARGET_MISSING' && !goesThroughGit(change)) {
		return { kind: 'failed', problem, message, conflict: true };
	}
	return retry === 'on-change' ? { kind: 'stuck', problem } : { kind: 'failed', problem, message };
}
