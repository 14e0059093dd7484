// What the steps of a decision hand on to each other, and what comes out of it.
import type { Decision, PolicyMemory, Ramp, RampStep } from '../model/decision.ts';
import type { Move } from '../model/move.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { TargetSnapshot } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';
import type { Weights } from '../model/weights.ts';
import type { Judgement } from './judge.ts';
import type { TargetState } from './usable-target.ts';

export interface Outcome {
	readonly decision: Decision;
	readonly memory: PolicyMemory;
	/** When to decide again even if nothing new is seen. */
	readonly wakeAt?: Instant;
}

/** What is known once every backend is judged and the target is usable. */
export interface Deliberation {
	readonly policy: FailoverPolicy;
	readonly judgements: readonly Judgement[];
	readonly memory: PolicyMemory;
	readonly target: TargetSnapshot;
	readonly state: TargetState;
	readonly now: Instant;
	readonly wakeAt: Instant | undefined;
}

/** The weights there should be. */
export interface Choice {
	readonly move: Move;
	readonly weights: Weights;
	readonly tier?: number;
	/** Set while these are on the way to others: what to remember of that, once they are decided. */
	readonly ramp?: Ramp;
	readonly step?: RampStep;
	readonly waitingReasons: readonly Reason[];
}

export function hold(memory: PolicyMemory, reasons: readonly Reason[], wakeAt: Instant | undefined): Outcome {
	return outcome({ kind: 'hold', reasons }, memory, wakeAt);
}

export function outcome(decision: Decision, memory: PolicyMemory, wakeAt: Instant | undefined): Outcome {
	return wakeAt === undefined ? { decision, memory } : { decision, memory, wakeAt };
}

/** Nothing is on its way any more. */
export function dropPending({ pending: _, behindSince: __, ...rest }: PolicyMemory): PolicyMemory {
	return rest;
}
