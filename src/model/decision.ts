import type { BackendMemory } from './health.ts';
import type { ManualEdit } from './manual-edit.ts';
import type { Move } from './move.ts';
import type { ServiceName } from './names.ts';
import type { CommitId } from './ports/repository.ts';
import type { Problem } from './problem.ts';
import type { PullRequestView, Veto } from './pull-request.ts';
import type { Reason } from './reason.ts';
import type { Instant } from './time.ts';
import type { Weights } from './weights.ts';

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
			/** Set where the way back is gone in steps: which one this is. */
			readonly ramp?: RampStep;
			readonly reasons: readonly Reason[];
	  };

/** A step of the way back. */
export interface RampStep {
	/** How much of the way this one goes. */
	readonly percent: number;
	/** All steps, rising to 100. */
	readonly of: readonly number[];
	/** The weights at the end of the way. */
	readonly final: Weights;
}

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
	/** Set while people are asked for it. */
	readonly requested?: PullRequestView;
	/** Set once a protected branch refused its commit: people are asked for it instead. */
	readonly diverted?: true;
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

/** A way back that is gone in steps. */
export interface Ramp {
	/** The weights at its start, in integers. */
	readonly from: Weights;
	/** The weights at its end. */
	readonly to: Weights;
	/** How much of the way the step goes that was decided last. */
	readonly percent: number;
	/** When that step was seen to be live; absent while it is on its way. */
	readonly settledAt?: Instant;
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
	/** A person does not want a move of this episode. */
	readonly veto?: Veto;
	/** Set while the way back is gone in steps. */
	readonly ramp?: Ramp;
	/** A way back that people approved by merging its first step: the others are commits. A new way back needs a new approval. */
	readonly approved?: { readonly episode: string; readonly number: number; readonly to: Weights };
	/** Weights that were written directly while Git lagged, and are still to be committed. */
	readonly debt?: {
		readonly to: Weights;
		readonly since: Instant;
		/** A protected branch refused its commit: people are asked for it instead. */
		readonly diverted?: true;
	};
	/** Since when linkerd-smi's ServiceProfile is known to route otherwise than the weights in place. */
	readonly behindSince?: Instant;
}

export const emptyMemory: PolicyMemory = { backends: new Map() };
