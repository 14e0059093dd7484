import { decide, settle } from '../../src/decide/decide.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { codes, outcome, start } from './play-decisions.ts';
import { aSnapshot, type Seen } from './policies.ts';

/** What one look came to. */
export interface Seat {
	/** `hold`, or the move with its weights in order. */
	readonly outcome: unknown;
	readonly codes: readonly string[];
	readonly decided: ReturnType<typeof decide>['decision'];
	/** From `start` on, when to look again. */
	readonly wakesAt: Milliseconds | undefined;
}

/** A target whose policy is looked at again and again, and whose shifts arrive at once unless `arrives` says otherwise. */
export interface Traffic {
	live: Readonly<Record<string, number>>;
	memory: PolicyMemory;
	policy: FailoverPolicy;
	look(at: Milliseconds, seen: Readonly<Record<string, Seen>>, how?: { readonly arrives?: boolean }): Seat;
}

export function createTraffic(policy: FailoverPolicy, live: Readonly<Record<string, number>>): Traffic {
	const traffic: Traffic = {
		live,
		policy,
		memory: emptyMemory,
		look(at, seen, { arrives = true } = {}) {
			const now = start + at;
			const { decision, memory, wakeAt } = decide(
				traffic.policy,
				aSnapshot(traffic.live, seen),
				traffic.memory,
				now,
			);
			traffic.memory = memory;
			if (decision.kind === 'shift' && arrives) {
				traffic.live = Object.fromEntries(decision.to);
				traffic.memory = settle(traffic.policy, memory, now);
			}
			const wakesAt = wakeAt === undefined || !Number.isFinite(wakeAt) ? undefined : wakeAt - start;
			return { outcome: outcome(decision), codes: codes(decision), decided: decision, wakesAt };
		},
	};
	return traffic;
}
