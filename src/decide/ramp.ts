// How fast traffic returns: at once, or in the steps of failback.ramp, each a while after the one before is live.
import type { PendingShift, PolicyMemory, Ramp, RampStep } from '../model/decision.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { sameRatio, shareOf, type Weights } from '../model/weights.ts';
import type { Deliberation } from './deliberation.ts';
import { waitingReason } from './explain.ts';
import type { Judgement } from './judge.ts';
import { profileLag } from './proof.ts';
import { integersOf, stepWeights, weightsAt } from './ramp-weights.ts';

/** The weights there should be now, on the way to others. */
export interface Pace {
	readonly weights: Weights;
	/** What to remember of the way once these are decided; absent: there is no way left to go in steps. */
	readonly ramp?: Ramp;
	/** Which step of it this is. */
	readonly step?: RampStep;
	/** What the next step waits for. */
	readonly reasons?: readonly Reason[];
	/** When to look again. */
	readonly wakeAt?: Instant;
}

/** As `rampInterval` where a policy leaves it out. */
const usualInterval: Milliseconds = 60_000;

/** How far a failback towards these weights goes now. */
export function paceReturn(facts: Deliberation, to: Weights): Pace {
	const { policy, memory, state } = facts;
	const { ramp, pending } = memory;
	const steps = policy.failback.ramp ?? [];
	if (steps.length < 2) return { weights: to };
	// What a backend keeps that is not well enough to gain is no other way back.
	const keepsStep = ramp !== undefined && ramp.percent < 100 && sameRatio(stepWeights(ramp), to);
	if (keepsStep) return { weights: to, ramp };
	if (isInPlace(facts, to)) return { weights: to };
	const goesOn = ramp !== undefined && sameRatio(ramp.to, to) && isOnTrack(ramp, steps, state.live);
	if (goesOn) return goOn(facts, ramp, steps);
	const isOnItsWay = pending?.committed !== undefined && sameRatio(pending.shift.to, to);
	return isOnItsWay ? { weights: to } : setOut(facts, to, steps);
}

/** Whether the target carries weights already. */
export function isInPlace({ state: { live, even, toMake } }: Deliberation, weights: Weights): boolean {
	return toMake === undefined && even && sameRatio(weights, live);
}

/** The live weights are those of the last step or of the one before: nobody else has had a hand in it. */
function isOnTrack(ramp: Ramp, steps: readonly number[], live: Weights): boolean {
	const before = steps.findLast((percent) => percent < ramp.percent);
	const left = before === undefined ? ramp.from : weightsAt(ramp.from, ramp.to, before);
	return sameRatio(live, left) || sameRatio(live, stepWeights(ramp));
}

function goOn(facts: Deliberation, ramp: Ramp, steps: readonly number[]): Pace {
	const { policy, now } = facts;
	const weights = stepWeights(ramp);
	if (!isInPlace(facts, weights)) return { weights, ramp, step: describeStep(ramp, steps) };
	const interval = intervalOf(policy);
	const settledAt = ramp.settledAt ?? (isProven(facts, weights) ? now : undefined);
	if (settledAt === undefined) return { weights, ramp, wakeAt: now + interval };
	const since = gaining(facts, ramp.to).map(({ memory }) => memory.passingSince ?? now);
	const nextAt = Math.max(settledAt, ...since) + interval;
	if (nextAt <= now) return takeStep(facts, ramp, steps, ramp.percent);
	const next = steps.find((percent) => percent > ramp.percent) ?? 100;
	const reason: Reason = { code: 'RampWaiting', percent: ramp.percent, next, nextAt, interval };
	const settled = ramp.settledAt === undefined ? { ...ramp, settledAt } : ramp;
	return { weights, ramp: settled, reasons: [reason], wakeAt: nextAt };
}

/** Nothing is yet to be confirmed: neither the write nor what linkerd-smi makes of it. */
function isProven({ memory: { pending }, target }: Deliberation, weights: Weights): boolean {
	if (pending !== undefined && sameRatio(pending.shift.to, weights)) return false;
	return target.kind !== 'found' || profileLag(target.target, target.profile) === undefined;
}

/**
 * A new way back. Weights of ours that somebody else changed are put back at once, as long as what gains has traffic
 * anyhow. Where something else is the matter, what has traffic and gains more must have been well for a while: it is
 * not known what was done with it before.
 */
function setOut(facts: Deliberation, to: Weights, steps: readonly number[]): Pace {
	const { policy, memory, state, now } = facts;
	const carrying = gaining(facts, to).filter(({ service }) => (state.live.get(service) ?? 0) > 0);
	const isOurs = memory.settled !== undefined && sameRatio(memory.settled.to, to);
	if (isOurs && carrying.length === gaining(facts, to).length) return { weights: to };
	const patience = Math.max(policy.failback.after, intervalOf(policy));
	const waits = carrying
		.map(({ service, memory: { passingSince = now } }) => ({ service, at: passingSince + patience }))
		.filter(({ at }) => at > now);
	const from = integersOf(state.live);
	if (waits.length === 0) return takeStep(facts, { from, to }, steps, 0);
	return {
		weights: from,
		reasons: waits.map(({ service, at }) => waitingReason(policy, service, at)),
		wakeAt: Math.max(...waits.map(({ at }) => at)),
	};
}

/** The next step whose weights are others than the live ones; the last one's are. */
function takeStep(
	{ state: { live } }: Deliberation,
	{ from, to }: Pick<Ramp, 'from' | 'to'>,
	steps: readonly number[],
	after: number,
): Pace {
	const percent = steps.find((each) => each > after && !sameRatio(weightsAt(from, to, each), live)) ?? 100;
	const ramp = { from, to, percent };
	return { weights: stepWeights(ramp), ramp, step: describeStep(ramp, steps) };
}

function describeStep({ percent, to }: Ramp, steps: readonly number[]): RampStep {
	return { percent, of: steps, final: to };
}

function gaining({ judgements, state: { live } }: Deliberation, to: Weights): readonly Judgement[] {
	return judgements.filter(({ service }) => shareOf(to, service) > shareOf(live, service));
}

function intervalOf({ failback }: FailoverPolicy): Milliseconds {
	return failback.rampInterval ?? usualInterval;
}

/** The memory once these weights are decided. A new way back needs a new approval. */
export function rememberRamp(memory: PolicyMemory, ramp: Ramp | undefined): PolicyMemory {
	const { ramp: before, approved, ...rest } = memory;
	if (ramp === undefined) return before === undefined ? memory : { ...rest, ...(approved && { approved }) };
	const isSameWay = before !== undefined && before.from === ramp.from;
	return { ...rest, ...(approved && isSameWay && { approved }), ramp };
}

/** The memory once traffic leaves a backend: the way back begins anew, and is asked for anew. */
export function abandonRamp(memory: PolicyMemory): PolicyMemory {
	if (memory.ramp === undefined && memory.approved === undefined) return memory;
	const { ramp: _, approved: __, ...rest } = memory;
	return rest;
}

/** The memory once a shift was seen on the live object: from now on its step is tried, and after the last there is none. */
export function settleRamp(
	memory: PolicyMemory,
	pending: PendingShift | undefined,
	now: Instant,
): PolicyMemory {
	const { ramp, ...rest } = memory;
	if (ramp === undefined || pending === undefined) return memory;
	if (sameRatio(pending.shift.to, ramp.to)) return rest;
	if (!sameRatio(pending.shift.to, stepWeights(ramp))) return memory;
	return { ...rest, ramp: { ...ramp, settledAt: now } };
}
