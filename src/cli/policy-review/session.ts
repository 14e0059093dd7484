// What the parts of a policy review share.
import type { ClusterName } from '../../model/names.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { CommitStatus, Forge } from '../../model/ports/forge.ts';
import type { Log } from '../../model/ports/log.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import type { PresentPlan } from './present-plan.ts';
import type { ReadChange } from './read-change.ts';

export interface PolicyReviewParts {
	readonly forge: Forge;
	/** The branch that policies are read from. */
	readonly branch: string;
	/** Opens a mirror of its own, once something is to be read: what people push must not hold up a commit. */
	readonly openRepository: (signal: AbortSignal) => Promise<Repository>;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** Tells this Spillway from others that look at the same repository: `east`, `hub`. */
	readonly name: string;
	/** Whether this replica is the one of its Spillway that writes. */
	readonly leads: () => boolean;
	/** The clusters in force; absent while the repository was not read. */
	readonly clusters: () => ReadonlySet<ClusterName> | undefined;
	/** In a thread of its own, where it counts: what people push may take seconds to parse. */
	readonly readChange: ReadChange;
	readonly plan: PresentPlan;
}

/** A head, as far as this process has come with it. */
export interface HeadState {
	readonly head: CommitId;
	isDone: boolean;
	/** Not looked at before. */
	due: Instant;
	failures: number;
	/** How often it could not be fetched while the base could. */
	unfetched: number;
	/** Reviews that were sent, whether they arrived or not. */
	reviews: number;
	/** What its status is to be, once all else is done. */
	verdict?: Pick<CommitStatus, 'state' | 'description'>;
	/** Since when another Spillway is said to look at it. */
	claimedSince?: Instant;
}

export function createHeadState(head: CommitId, due: Instant): HeadState {
	return { head, isDone: false, due, failures: 0, unfetched: 0, reviews: 0 };
}

/** What one head is looked at with. */
export interface Look {
	readonly parts: PolicyReviewParts;
	readonly state: HeadState;
	/** The clusters in force. */
	readonly clusters: ReadonlySet<ClusterName>;
	/** The repository and the base's tip, fetched once a round. */
	readonly readBase: (signal: AbortSignal) => Promise<{ repository: Repository; base: CommitId }>;
}

/** The status that tells of the policies of a commit. */
export const statusContext = 'spillway/policies';
