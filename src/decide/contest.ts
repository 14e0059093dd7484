// Whether weights that somebody else keeps undoing are worth writing again.
import type { PolicyMemory, SettledShift } from '../model/decision.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';

/** How often weights are written again before they are left alone: a one-off edit is put right, a duel is not fought. */
export const maxRounds = 3;

/** Rounds further apart than this are no duel: Argo CD's and Flux's usual intervals are shorter. */
export const roundsWindow: Milliseconds = 600_000;

/** How long contested weights are left alone before one more try. */
export const contestRest: Milliseconds = 300_000;

export type Contest =
	/** Write; `memory` counts the round, if it is one. */
	| { readonly kind: 'write'; readonly memory: PolicyMemory }
	| { readonly kind: 'rest'; readonly until: Instant; readonly rounds: number };

/** Judges a write of `weights` to a target that carries others. What was never written before is not contested. */
export function judgeContest(memory: PolicyMemory, weights: Weights, now: Instant): Contest {
	const { pending, ...rest } = memory;
	const { settled } = rest;
	if (settled === undefined || !sameRatio(settled.to, weights)) return { kind: 'write', memory };
	// Still on its way: nobody had anything to undo yet.
	if (pending !== undefined && pending.decidedAt > settled.at) return { kind: 'write', memory };
	const until = settled.at + contestRest;
	if (settled.rounds >= maxRounds && now < until) return { kind: 'rest', until, rounds: settled.rounds };
	const before = now - settled.at < roundsWindow ? settled.rounds : 0;
	return { kind: 'write', memory: { ...rest, settled: { ...settled, rounds: before + 1 } } };
}

/** The memory once the pending shift was seen live, or written and undone before it could be: rounds go on. */
export function settlePending({ pending, ...rest }: PolicyMemory, now: Instant): PolicyMemory {
	return pending === undefined ? rest : { ...rest, settled: settledBy(rest.settled, pending.shift.to, now) };
}

/** The memory once the pending shift is live, and linkerd-smi is yet to follow. */
export function land(memory: PolicyMemory, now: Instant): PolicyMemory {
	const { pending, behindSince = now } = memory;
	const settled = pending && settledBy(memory.settled, pending.shift.to, now);
	return { ...memory, behindSince, ...(settled && { settled }) };
}

function settledBy(before: SettledShift | undefined, to: Weights, at: Instant): SettledShift {
	return { to, at, rounds: before !== undefined && sameRatio(before.to, to) ? before.rounds : 0 };
}
