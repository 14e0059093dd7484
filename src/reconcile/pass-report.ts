// What a pass over one policy needs, and what it says of itself.
import type { Change } from '../model/change.ts';
import type { Decision, PendingShift } from '../model/decision.ts';
import type { Duty } from '../model/duty.ts';
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

export interface PassParts {
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly delivery: Delivery;
	readonly verify: Verify;
	/** What this process does for a policy right now. Asked again right before a delivery. */
	readonly duty: (policy: FailoverPolicy) => Duty;
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
	/** Carried out, or on its way through Git; traffic does not follow it yet. */
	| {
			readonly kind: 'awaited';
			readonly pending: PendingShift;
			/** Absent once the live object carries the weights. */
			readonly change?: Change;
			readonly receipt?: Receipt;
			/** The weights are live, and linkerd-smi has not brought the ServiceProfile up to date. */
			readonly blocker?: 'adaptor';
	  }
	/** The live object was read back and carries the weights. */
	| { readonly kind: 'converged'; readonly pending: PendingShift; readonly object: KubernetesObject }
	| {
			readonly kind: 'failed';
			readonly problem?: Problem;
			readonly message: string;
			readonly retryAfter?: Milliseconds;
			/** Somebody else was faster: nothing is wrong, unless it goes on. */
			readonly conflict?: true;
	  }
	/** Failed in a way that only a change of some input can mend. */
	| { readonly kind: 'stuck'; readonly problem: Problem };

export interface PassReport {
	/** Whether every input had been seen, so that the decision counts. */
	readonly synced: boolean;
	readonly decision: Decision;
	readonly end: PassEnd;
	readonly wakeAt?: Instant;
	/** Another replica leads, and does the telling. */
	readonly follows?: true;
	/** Of the live target, where this process may write Events about it. */
	readonly uid?: string;
}

/** How long a commit may stay unsynced before the branch is looked at again, and people are told. */
export const syncPatience: Milliseconds = 60_000;
