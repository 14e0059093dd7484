import type { BackendMemory } from './health.ts';
import type { ManualEdit } from './manual-edit.ts';
import type { ServiceName } from './names.ts';
import type { CommitId } from './ports/repository.ts';
import type { Problem } from './problem.ts';
import type { Reason } from './reason.ts';
import type { Instant } from './time.ts';
import type { Weights } from './weights.ts';

/** Failover leaves a backend that is down; failback returns to a better one. */
export type Move = 'failover' | 'failback';

/** The span from leaving the baseline weights to being back on them. */
export interface Episode {
	readonly id: string;
	readonly since: Instant;
}

export type Decision =
	| { readonly kind: 'hold'; readonly reasons: readonly Reason[] }
	| {
			readonly kind: 'shift';
			readonly move: Move;
			readonly from: Weights;
			readonly to: Weights;
			readonly episode: Episode;
			/** An owned target that is not there, or has other backends than the policy, is made anew with `to`. */
			readonly makes?: true;
			readonly reasons: readonly Reason[];
	  };

export type Shift = Extract<Decision, { kind: 'shift' }>;

/** A commit that carries a shift. */
export interface Committed {
	readonly commit: CommitId;
	/** The commit that was known to be the tip before. */
	readonly on: CommitId;
	/** When it was pushed, or first seen on the branch. */
	readonly at: Instant;
	/** When the branch was last seen to carry the weights, if it was looked at again. */
	readonly seenAt?: Instant;
}

/** A shift on its way: decided, but not yet seen on the live object. */
export interface PendingShift {
	readonly shift: Shift;
	readonly decidedAt: Instant;
	/** Set while the server will not have it: whatever is seen meanwhile, it is not tried again before `until`. */
	readonly refused?: { readonly until: Instant; readonly problem: Problem };
	/** Set once a commit carries it, so that it is not committed again while a syncer is on its way. */
	readonly committed?: Committed;
	/** When it was first tried to be written directly, as the commit was not live in time. */
	readonly escalatedAt?: Instant;
}

/** Weights that we wrote. */
export interface SettledShift {
	readonly to: Weights;
	/** When the live object was seen to carry them, or to carry others right after the write. */
	readonly at: Instant;
	/** How often in a row somebody else undid them and we wrote them again. */
	readonly rounds: number;
}

/** What the engine remembers of a policy between passes. */
export interface PolicyMemory {
	readonly backends: ReadonlyMap<ServiceName, BackendMemory>;
	readonly episode?: Episode;
	readonly pending?: PendingShift;
	/** The last shift that was carried out. */
	readonly settled?: SettledShift;
	/** What we last committed for the target, and in which episode. */
	readonly written?: { readonly commit: CommitId; readonly to: Weights; readonly episode: string };
	/** A person's edit in Git that is left in place. */
	readonly manual?: ManualEdit;
	/** Weights that were written directly while Git lagged, and are still to be committed. */
	readonly debt?: { readonly to: Weights; readonly since: Instant };
	/** Since when linkerd-smi's ServiceProfile is known to route otherwise than the weights in place. */
	readonly behindSince?: Instant;
}

export const emptyMemory: PolicyMemory = { backends: new Map() };
