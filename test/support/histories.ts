// Random policies and histories of what is seen of their backends, for properties of the engine.
import fc from 'fast-check';
import { decide, settle } from '../../src/decide/decide.ts';
import { type Decision, emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { sameRatio, totalWeight, type Weights } from '../../src/model/weights.ts';
import { aBackend, aPolicy, aSample, aSplit, type Seen } from './policies.ts';

/** What is seen of each backend, in the policy's order, for how long. */
export interface Moment {
	readonly seen: readonly Seen[];
	readonly lasts: number;
}

export interface History {
	readonly policy: FailoverPolicy;
	readonly live: readonly number[];
	readonly moments: readonly Moment[];
}

/** One decision of a played history. */
export interface Decided {
	readonly at: number;
	readonly seen: readonly Seen[];
	/** The live weights it was made on. */
	readonly live: Weights;
	readonly decision: Decision;
	readonly memory: PolicyMemory;
}

const names = ['a', 'b', 'c', 'd'];

/** 2 to 4 backends over up to 3 tiers; each tier can carry traffic. */
const policies: fc.Arbitrary<FailoverPolicy> = fc
	.record({
		backends: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 100 })), { minLength: 2, maxLength: 4 }),
		failoverAfter: fc.constantFrom(0, 5_000, 30_000),
		failbackAfter: fc.constantFrom(0, 10_000, 120_000),
		mode: fc.constantFrom('Auto' as const, 'Manual' as const),
		minReady: fc.integer({ min: 1, max: 3 }),
	})
	.map(({ backends, failoverAfter, failbackAfter, mode, minReady }) =>
		aPolicy({
			backends: backends.map(([tier, weight], index) => aBackend(names[index] ?? '', { tier, weight })),
			health: { minReady, staleAfter: 40_000 },
			failover: { after: failoverAfter, via: 'Direct' },
			failback: { mode, after: failbackAfter, via: 'Direct' },
		}),
	);

const seen: fc.Arbitrary<Seen> = fc.oneof(
	{ weight: 3, arbitrary: fc.integer({ min: 0, max: 4 }) },
	{ weight: 1, arbitrary: fc.constant('unknown' as const) },
);

export const histories: fc.Arbitrary<History> = policies.chain((policy) => {
	const { length } = policy.backends;
	const moment = fc.record({
		seen: fc.array(seen, { minLength: length, maxLength: length }),
		lasts: fc.constantFrom(1, 1_000, 5_000, 31_000, 121_000),
	});
	return fc.record({
		policy: fc.constant(policy),
		live: fc.array(fc.nat(3), { minLength: length, maxLength: length }),
		moments: fc.array(moment, { minLength: 1, maxLength: 12 }),
	});
});

/** Plays a history; every shift is live at once, as with a delivery that always works. */
export function playHistory({ policy, live: begin, moments }: History): readonly Decided[] {
	let live = toWeights(policy, begin);
	let memory = emptyMemory;
	let at = 1_000_000;
	const decided: Decided[] = [];
	for (const { seen: now, lasts } of moments) {
		const outcome = decide(policy, snapshotOf(policy, live, now), memory, at);
		decided.push({ at, seen: now, live, decision: outcome.decision, memory });
		memory = outcome.memory;
		if (outcome.decision.kind === 'shift') {
			live = outcome.decision.to;
			memory = settle(policy, memory, at);
		}
		at += lasts;
	}
	return decided;
}

export function toWeights({ backends }: FailoverPolicy, values: readonly number[]): Weights {
	return new Map(backends.map(({ service }, index) => [service, values[index] ?? 0]));
}

export function snapshotOf({ backends }: FailoverPolicy, live: Weights, now: readonly Seen[]): Snapshot {
	return {
		waitingFor: [],
		target: { kind: 'found', target: aSplit(Object.fromEntries(live)) },
		samples: new Map(backends.map(({ service }, index) => [service, aSample(now[index] ?? 'unknown')])),
	};
}

/** The weights after a decision. */
export function weightsAfter({ decision, live }: Decided): Weights {
	return decision.kind === 'shift' ? decision.to : live;
}

/** How many times the weights changed their ratio. */
export function countMoves(decided: readonly Decided[]): number {
	return decided.filter((each) => !sameRatio(weightsAfter(each), each.live)).length;
}

export function carriesTraffic(weights: Weights): boolean {
	return totalWeight(weights) > 0;
}
