// One pass over one policy: look, decide, carry out, read back. Says what happened and when to come again.
import { decide, settle } from '../decide/decide.ts';
import type { Change } from '../model/change.ts';
import type { Decision, PendingShift, PolicyMemory } from '../model/decision.ts';
import type { ClusterName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import type { Delivery, Verify } from '../model/ports/delivery.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { planChange } from '../plan/plan-change.ts';

export interface PassParts {
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly delivery: Delivery;
	readonly verify: Verify;
	/** False for `plan` and `--dry-run`: decide and report, carry nothing out. */
	readonly writes: boolean;
	/** Tells the world what a write or a read-back showed, ahead of the watch. */
	readonly onObject: (cluster: ClusterName, object: KubernetesObject) => void;
}

export interface PassInput {
	readonly policy: FailoverPolicy;
	readonly snapshot: Snapshot;
	readonly manifests: string | undefined;
	/** The newest commit of the config repository that was read. */
	readonly tip: CommitId;
}

/** How a pass ended. */
export type PassEnd =
	/** Nothing to carry out. */
	| { readonly kind: 'held' }
	/** Decided, and not carried out because nothing may be written. */
	| { readonly kind: 'proposed'; readonly pending: PendingShift; readonly change: Change }
	/** Carried out, or on its way through Git; the live object does not show it yet. */
	| {
			readonly kind: 'awaited';
			readonly pending: PendingShift;
			readonly change: Change;
			readonly receipt?: Receipt;
	  }
	/** The live object was read back and carries the weights. */
	| { readonly kind: 'converged'; readonly pending: PendingShift; readonly object: KubernetesObject }
	| {
			readonly kind: 'failed';
			readonly problem?: Problem;
			readonly message: string;
			readonly retryAfter?: Milliseconds;
	  }
	/** Failed in a way that only a change of some input can mend. */
	| { readonly kind: 'stuck'; readonly problem: Problem };

export interface PassReport {
	/** Whether every input had been seen, so that the decision counts. */
	readonly synced: boolean;
	readonly decision: Decision;
	readonly end: PassEnd;
	readonly wakeAt?: Instant;
}

/** How long a commit may stay unsynced before the branch is looked at again, and people are told. */
export const syncPatience: Milliseconds = 60_000;

export async function runPass(parts: PassParts, input: PassInput, signal: AbortSignal): Promise<PassReport> {
	const { policy, snapshot } = input;
	const { decision, memory, wakeAt } = decide(
		policy,
		snapshot,
		parts.ledger.load(policy.key),
		parts.clock.now(),
	);
	parts.ledger.save(policy.key, memory);
	const end = await carryOn(parts, input, { decision, memory }, signal);
	return {
		synced: snapshot.waitingFor.length === 0,
		decision,
		end,
		...(wakeAt === undefined ? {} : { wakeAt }),
	};
}

async function carryOn(
	parts: PassParts,
	input: PassInput,
	{ decision, memory }: { readonly decision: Decision; readonly memory: PolicyMemory },
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, snapshot, manifests, tip } = input;
	const { pending } = memory;
	if (pending === undefined || snapshot.waitingFor.length > 0) return { kind: 'held' };
	const mayWrite = parts.writes && policy.mode === 'Active';
	if (decision.kind === 'hold') {
		if (mayWrite) return await confirm(parts, policy, pending, signal);
		// Somebody else made it live; nothing was ours to confirm.
		parts.ledger.save(policy.key, settle(policy, memory));
		return { kind: 'held' };
	}
	if (snapshot.target.kind !== 'found') return { kind: 'held' };
	const change = planChange(pending, { policy, split: snapshot.target.target, manifests, policyCommit: tip });
	if (!mayWrite) return { kind: 'proposed', pending, change };
	if (!isDue(pending, tip, parts.clock.now())) return { kind: 'awaited', pending, change };
	const receipt = await parts.delivery.deliver(change, signal);
	return await follow(parts, { policy, pending, change, tip }, receipt, signal);
}

/** A commit is looked after again when the branch moved on without us, or when nothing synced it for long. */
function isDue({ committed }: PendingShift, tip: CommitId, now: Instant): boolean {
	if (committed === undefined || now - committed.at >= syncPatience) return true;
	return tip !== committed.commit && tip !== committed.on;
}

interface Delivered {
	readonly policy: FailoverPolicy;
	readonly pending: PendingShift;
	readonly change: Change;
	readonly tip: CommitId;
}

async function follow(
	parts: PassParts,
	sent: Delivered,
	receipt: Receipt,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, pending, change, tip } = sent;
	switch (receipt.kind) {
		case 'delivered':
		case 'unchanged': {
			const { evidence } = receipt;
			if (evidence?.kind !== 'committed') {
				if (evidence !== undefined) parts.onObject(policy.target.cluster, evidence.object);
				return await confirm(parts, policy, pending, signal);
			}
			const committed = { commit: evidence.commit, on: tip, at: parts.clock.now() };
			const awaited = { ...pending, committed };
			parts.ledger.save(policy.key, { ...parts.ledger.load(policy.key), pending: awaited });
			return { kind: 'awaited', pending: awaited, change, receipt };
		}
		case 'conflict':
			if (change.kind === 'edit') return { kind: 'failed', message: receipt.message };
			return await confirm(parts, policy, pending, signal);
		case 'unknown':
			return await confirm(parts, policy, pending, signal);
		case 'rejected': {
			const { problem, retry, retryAfter } = receipt;
			if (retry === 'on-change') return { kind: 'stuck', problem };
			return {
				kind: 'failed',
				problem,
				message: problem.message,
				...(retryAfter === undefined ? {} : { retryAfter }),
			};
		}
	}
}

/** Reads the live object back; only what it says settles a shift. */
async function confirm(
	parts: PassParts,
	policy: FailoverPolicy,
	pending: PendingShift,
	signal: AbortSignal,
): Promise<PassEnd> {
	const seen = await parts.verify(policy.target, pending.shift.to, signal);
	if (seen.kind === 'unknown')
		return { kind: 'failed', problem: seen.problem, message: seen.problem.message };
	parts.onObject(policy.target.cluster, seen.object);
	if (seen.kind === 'differs')
		return { kind: 'failed', message: 'the live weights are not the ones decided' };
	parts.ledger.save(policy.key, settle(policy, parts.ledger.load(policy.key)));
	return { kind: 'converged', pending, object: seen.object };
}
