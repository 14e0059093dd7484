// Random policies and histories of what is seen of their backends, for properties of the engine: it may go stale,
// inputs may be missing, and shifts may not arrive.
import fc from 'fast-check';
import { decide, settle } from '../../src/decide/decide.ts';
import { type Decision, emptyMemory, type PolicyMemory, type Shift } from '../../src/model/decision.ts';
import type { Sample } from '../../src/model/health.ts';
import type { Backend, FailoverPolicy } from '../../src/model/policy.ts';
import type { Snapshot, TargetSnapshot } from '../../src/model/snapshot.ts';
import type { Instant, Milliseconds } from '../../src/model/time.ts';
import type { Weights } from '../../src/model/weights.ts';
import { aBackend, aPolicy, aSplit } from './policies.ts';

/** What is seen of a backend: ready endpoints and for how long that is fresh, or nothing. */
export type Sight = { readonly ready: number; readonly freshFor: Milliseconds } | 'unknown' | 'nothing';

/** One look at the world, some time after the one before. */
export interface Look {
	readonly after: Milliseconds;
	readonly sights: readonly Sight[];
	/** Whether a shift decided now arrives, so that the next look sees it. */
	readonly arrives: boolean;
	/** Whether an input is missing. */
	readonly blind: boolean;
}

/** One look and what was decided on it. */
export interface Turn {
	readonly now: Instant;
	readonly look: Look;
	/** Live weights before the decision. */
	readonly live: Weights;
	readonly before: PolicyMemory;
	readonly decision: Decision;
	readonly memory: PolicyMemory;
	readonly wakeAt: Instant | undefined;
}

export const names: readonly string[] = ['a', 'b', 'c', 'd'];

const forever: Milliseconds = 10 ** 9;
const backend: fc.Arbitrary<Omit<Backend, 'service'>> = fc.record({
	tier: fc.nat(2),
	weight: fc.oneof(
		{ weight: 3, arbitrary: fc.constantFrom(1, 1, 1, 70, 30, 0) },
		fc.integer({ min: 1, max: 100_000 }),
	),
});

/** Policies of four backends; each tier can carry traffic. */
export const anyPolicy: fc.Arbitrary<FailoverPolicy> = fc
	.record({
		backends: fc.array(backend, { minLength: names.length, maxLength: names.length }),
		minReady: fc.constantFrom(1, 1, 3),
		leaveAfter: fc.constantFrom(0, 0, 10_000, 30_000),
		mode: fc.constantFrom('Auto' as const, 'Auto' as const, 'Manual' as const),
		returnAfter: fc.constantFrom(0, 30_000, 120_000),
	})
	.filter(({ backends }) =>
		backends.every(({ tier }) => backends.some((other) => other.tier === tier && other.weight > 0)),
	)
	.map(({ backends, minReady, leaveAfter, mode, returnAfter }) =>
		aPolicy({
			backends: backends.map((each, index) => aBackend(names[index] ?? '', each)),
			health: { minReady, staleAfter: 40_000 },
			failover: { after: leaveAfter, via: 'Direct' },
			failback: { mode, after: returnAfter, via: 'Direct' },
		}),
	);

export const knownSight: fc.Arbitrary<Sight> = fc
	.constantFrom(0, 0, 3, 5)
	.map((ready) => ({ ready, freshFor: forever }));

export const anySight: fc.Arbitrary<Sight> = fc.oneof(
	{ weight: 6, arbitrary: knownSight },
	{ weight: 1, arbitrary: fc.constantFrom(1, 2).map((ready) => ({ ready, freshFor: forever })) },
	{ weight: 1, arbitrary: fc.record({ ready: fc.nat(3), freshFor: fc.constantFrom(0, -1, 5_000) }) },
	{ weight: 2, arbitrary: fc.constantFrom('unknown' as const, 'nothing' as const) },
);

export function anyLook(sight: fc.Arbitrary<Sight>): fc.Arbitrary<Look> {
	return fc.record({
		after: fc.constantFrom(0, 1, 5_000, 10_000, 30_000, 60_000, 120_000),
		sights: fc.array(sight, { minLength: names.length, maxLength: names.length }),
		arrives: fc.boolean(),
		blind: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
	});
}

export function anyHistory(sight: fc.Arbitrary<Sight> = anySight): fc.Arbitrary<readonly Look[]> {
	return fc.array(anyLook(sight), { minLength: 1, maxLength: 12 });
}

/** The same, with nothing missing and every shift arriving. */
export function calmHistory(sight: fc.Arbitrary<Sight> = anySight): fc.Arbitrary<readonly Look[]> {
	return anyHistory(sight).map((looks) => looks.map((look) => ({ ...look, arrives: true, blind: false })));
}

/** Live weights somebody may have left: also all-zero, in fractions, in no tier's ratio. */
export const anyLive: fc.Arbitrary<Weights> = fc
	.array(fc.constantFrom(0, 0, 1, 1, 0.5, 30, 99_991), { minLength: names.length, maxLength: names.length })
	.map((values) => new Map(names.map((name, index) => [name, values[index] ?? 0])));

/** A look that sees the same for ever, and whose shifts arrive. */
export function steadyLook(sights: readonly Sight[], after: Milliseconds): Look {
	return { after, sights, arrives: true, blind: false };
}

/** Where a play stands. */
export interface Standing {
	readonly now: Instant;
	readonly live: Weights;
	readonly memory: PolicyMemory;
}

export function beginWith(live: Weights): Standing {
	return { now: 1_000_000, live, memory: emptyMemory };
}

/** Plays looks one after the other, as the reconciler would. */
export function playHistory(
	policy: FailoverPolicy,
	history: readonly Look[],
	start: Standing,
): { readonly turns: readonly Turn[]; readonly end: Standing } {
	const turns: Turn[] = [];
	let { now, live, memory } = start;
	for (const look of history) {
		now += look.after;
		const before = memory;
		const { decision, memory: next, wakeAt } = decide(policy, takeLook(look, live, now), before, now);
		turns.push({ now, look, live, before, decision, memory: next, wakeAt });
		memory = next;
		if (decision.kind !== 'shift' || !look.arrives) continue;
		live = decision.to;
		memory = settle(policy, memory, now);
	}
	return { turns, end: { now, live, memory } };
}

/** A snapshot whose target is there. */
type SplitSnapshot = Snapshot & { readonly target: Extract<TargetSnapshot, { readonly kind: 'found' }> };

/** What a look sees of a target with these weights. */
export function takeLook({ sights, blind }: Look, live: Weights, now: Instant): SplitSnapshot {
	const samples = new Map<string, Sample>();
	for (const [index, sight] of sights.entries()) {
		const name = names[index] ?? '';
		if (sight === 'nothing') continue;
		if (sight === 'unknown') samples.set(name, { kind: 'unknown', cause: { kind: 'ServiceMissing' } });
		else
			samples.set(name, {
				kind: 'counted',
				ready: sight.ready,
				from: 'local',
				staleAt: now + sight.freshFor,
			});
	}
	const split = aSplit(Object.fromEntries(live));
	return {
		waitingFor: blind ? ['slices of east/emojivoto'] : [],
		target: { kind: 'found', target: split } as const,
		samples,
	};
}

/** The shifts among turns, each with its turn. */
export function shiftsOf(turns: readonly Turn[]): readonly (Turn & { readonly shift: Shift })[] {
	return turns.flatMap((turn) => (turn.decision.kind === 'shift' ? [{ ...turn, shift: turn.decision }] : []));
}

/** Whether a look sees a backend well, now. */
export function isWell({ health }: FailoverPolicy, sight: Sight | undefined): boolean {
	return typeof sight === 'object' && sight.freshFor > 0 && sight.ready >= health.minReady;
}

/** What the weights must be when everything is known and every timer ran out. */
export function settledWeights(policy: FailoverPolicy, sights: readonly Sight[]): Weights {
	const well = policy.backends.filter(({ weight }, index) => weight > 0 && isWell(policy, sights[index]));
	const first = Math.min(...well.map(({ tier }) => tier));
	const carries = well.filter(({ tier }) => tier === first);
	return new Map(
		policy.backends.map((backend) => [backend.service, carries.includes(backend) ? backend.weight : 0]),
	);
}
