import { decide } from '../../src/decide/decide.ts';
import { type Decision, emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { aSnapshot } from './policies.ts';

export const start = 1_000_000;

/** `hold`, or the move with its weights in order. */
export function outcome(decision: Decision): unknown {
	return decision.kind === 'hold' ? 'hold' : { [decision.move]: [...decision.to.values()] };
}

export function codes(decision: Decision): readonly string[] {
	return decision.reasons.map(({ code }) => code);
}

/** Plays snapshots one after another and returns the last decision. */
export function play(
	policy: FailoverPolicy,
	steps: readonly (readonly [at: number, snapshot: Snapshot])[],
): ReturnType<typeof decide> {
	let memory: PolicyMemory = emptyMemory;
	let last = decide(policy, steps[0]?.[1] ?? aSnapshot({}, {}), memory, start);
	for (const [at, snapshot] of steps) {
		last = decide(policy, snapshot, memory, start + at);
		memory = last.memory;
	}
	return last;
}
