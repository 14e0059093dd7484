// What a pass over one policy needs, and what it says of itself.
import type { Change } from '../model/change.ts';
import type { Decision, PendingShift, Shift } from '../model/decision.ts';
import type { Duty } from '../model/duty.ts';
import type { ClusterName } from '../model/names.ts';
import {
	type CommitSettings,
	defaultPullRequests,
	type FailoverPolicy,
	type PullRequestSettings,
} from '../model/policy.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import type { Delivery, Verify } from '../model/ports/delivery.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { Syncers, SyncerView } from '../model/ports/syncer.ts';
import type { Problem } from '../model/problem.ts';
import type { Reason } from '../model/reason.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { PullRequestDesk } from '../model/without-pull-requests.ts';
import type { DebtBook } from './debt-book.ts';
import type { PatientDelivery } from './patient-delivery.ts';

export interface PassParts {
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly delivery: Delivery;
	/** The same, for what has to go on when Git hangs. */
	readonly patient: PatientDelivery;
	readonly syncers: Syncers;
	readonly debts: DebtBook;
	/** Told what is not asked for, and asked what people made of what was. */
	readonly pulls: PullRequestDesk;
	/** What spillway.yaml says now. */
	readonly settings: () => DeliverySettings;
	readonly verify: Verify;
	/** What this process does for a policy right now. Asked again right before a delivery. */
	readonly duty: (policy: FailoverPolicy) => Duty;
	/** Tells the world what a write or a read-back showed, ahead of the watch. */
	readonly onObject: (cluster: ClusterName, object: KubernetesObject) => void;
}

/** How changes go through Git. */
export interface DeliverySettings {
	readonly commits: CommitSettings;
	readonly pulls: PullRequestSettings;
}

/** Where spillway.yaml says nothing. */
export const usualSettings: DeliverySettings = { commits: {}, pulls: defaultPullRequests };

export interface PassInput {
	readonly policy: FailoverPolicy;
	readonly snapshot: Snapshot;
	readonly manifests: string | undefined;
	/** The newest commit of the config repository that was read. */
	readonly tip: CommitId;
}

/** How a pass ended. */
export type PassEnd = PassResult & {
	/** Set where the weights of this pass were written directly, as the commit was not live in time. */
	readonly escalated?: Escalated;
	/** Set where they would have been, but for somebody who keeps undoing them. */
	readonly contested?: Reason;
	/** Set where a protected branch refused the commit, so that people are asked from now on. */
	readonly diverted?: Problem;
};

export interface Escalated {
	/** From the decision until the write. */
	readonly since: Milliseconds;
	/** What kept the commit from going live, as far as it is known. */
	readonly blocker?: string;
}

type PassResult =
	/** Nothing to carry out. */
	| {
			readonly kind: 'held';
			/** Why, the next pass decides and says. */
			readonly again?: true;
	  }
	/** Decided, and not carried out because nothing may be written. */
	| { readonly kind: 'proposed'; readonly pending: PendingShift; readonly change: Change }
	/** Carried out, or on its way through Git; traffic does not follow it yet. */
	| {
			readonly kind: 'awaited';
			readonly pending: PendingShift;
			/** Absent once the live object carries the weights. */
			readonly change?: Change;
			readonly receipt?: Receipt;
			/** Asked once patience with a commit is over: what the syncer says of it. */
			readonly syncer?: SyncerView;
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
			/** The commit is still on its way, and is waited for no longer. */
			readonly late?: true;
	  }
	/** Failed in a way that only a change of some input can mend. */
	| { readonly kind: 'stuck'; readonly problem: Problem };

export interface PassReport {
	/** Whether every input had been seen, so that the decision counts. */
	readonly synced: boolean;
	readonly decision: Decision;
	readonly end: PassEnd;
	readonly wakeAt?: Instant;
	/** When a commit that is not live, or a debt, wants another pass. */
	readonly dueAt?: Instant;
	/** What is owed to Git after a direct write. */
	readonly debt?: DebtReport;
	/** The answer to a pull request that was merged too late. */
	readonly late?: LateReport;
	/** Another replica leads, and does the telling. */
	readonly follows?: true;
	/** Of the live target, where this process may write Events about it. */
	readonly uid?: string;
}

/** Weights that were written directly while Git lagged. */
export interface DebtReport {
	readonly since: Instant;
	/** Git and the syncer have them, and the syncer is free again. */
	readonly paid?: true;
	/** What keeps them from that, as far as it is known. */
	readonly blocker?: string;
}

/** Weights that are live are brought back to Git, where a late merge wrote over them. */
export interface LateReport {
	readonly shift: Shift;
	/** Absent where none was tried, or none came in time. */
	readonly receipt?: Receipt;
}

/** How long a commit may stay unsynced before the branch is looked at again, and people are told. */
export const syncPatience: Milliseconds = 60_000;
