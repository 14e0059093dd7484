// What is known of one policy's way from its file to the live weights.
import type { LiveTarget } from '../../model/live-target.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { BlobId, CommitFacts, CommitId } from '../../model/ports/repository.ts';
import type { SyncerView } from '../../model/ports/syncer.ts';
import type { Problem } from '../../model/problem.ts';
import type { Instant } from '../../model/time.ts';
import type { Weights } from '../../model/weights.ts';

/** A commit of the policy's, as its message tells it. */
export interface PastMove {
	/** On the branch. */
	readonly commit: CommitFacts;
	/** Spillway's own, where that one merges it. */
	readonly merged?: CommitFacts;
	/** What was decided; absent where the message does not say so for these backends. */
	readonly weights?: Weights;
	/** Sentences of the body; where a template left them out, the codes of the trailer. */
	readonly reasons: readonly string[];
	readonly episode?: string;
	/** The commit the policy was read from then. */
	readonly policyCommit?: CommitId;
}

/** What the branch says of the target's weights. */
export type GitWeights =
	| { readonly kind: 'weights'; readonly path: string; readonly weights: Weights }
	/** Its cluster has no folder of manifests. */
	| { readonly kind: 'none' }
	| { readonly kind: 'unclear'; readonly problem: Problem };

export type SyncedState =
	| { readonly kind: 'view'; readonly view: SyncerView }
	/** spillway.yaml names no syncer for the cluster. */
	| { readonly kind: 'none' }
	| { readonly kind: 'unknown'; readonly problem: Problem };

export type LiveState =
	| { readonly kind: 'live'; readonly target: LiveTarget; readonly weights: readonly Weights[] }
	| { readonly kind: 'missing' }
	| { readonly kind: 'unknown'; readonly problem: Problem };

export interface TraceFacts {
	readonly now: Instant;
	readonly branch: string;
	readonly tip: CommitId;
	readonly policy: FailoverPolicy;
	readonly blob?: BlobId;
	/** How many commits were looked through, from the tip on. */
	readonly searched: number;
	readonly move?: PastMove;
	/** Where Git no longer has the decided weights: the newest commit since the move that changed the manifest. */
	readonly editedBy?: CommitFacts;
	readonly git: GitWeights;
	/** Commits that carry the weights of the tip, as far as that is known; the tip is the first. */
	readonly carriers: readonly CommitId[];
	readonly synced: SyncedState;
	readonly live: LiveState;
}
