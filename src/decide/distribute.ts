// Tiers and standings become weights (distribution: Threshold, a whole tier or nothing).
import type { ServiceName } from '../model/names.ts';
import type { Backend } from '../model/policy.ts';
import { apportion, maxWeightSum, totalWeight, type Weights } from '../model/weights.ts';

export interface Distribution {
	readonly tier: number;
	readonly weights: Weights;
}

export interface Standings {
	/** May gain traffic. */
	readonly eligible: ReadonlySet<ServiceName>;
	/** Keep at most the share they have. */
	readonly holding: ReadonlySet<ServiceName>;
	/** What the backends carry now, in integers. */
	readonly current: Weights;
}

/**
 * The first tier that can carry traffic takes it, its declared weights verbatim. A holding backend stands for
 * its share as if it were well, but never for more than it has: what it may not take goes to eligible backends
 * of its tier, else of the next one. `undefined` when that share has nowhere to go.
 */
export function distribute(backends: readonly Backend[], standings: Standings): Distribution | undefined {
	const { eligible, holding, current } = standings;
	const carries = ({ service }: Backend): boolean =>
		eligible.has(service) || (holding.has(service) && (current.get(service) ?? 0) > 0);
	const tier = firstTier(backends, carries);
	if (tier === undefined) return undefined;
	const wanted = weightsOf(backends, (backend) => backend.tier === tier && carries(backend));
	const held = [...wanted].filter(([service, weight]) => weight > 0 && holding.has(service));
	const gains = held.some(([service, weight]) =>
		gainsShare(weight, wanted, current.get(service) ?? 0, current),
	);
	if (!gains) return { tier, weights: wanted };
	return shareOut(backends, standings, { tier, weights: wanted });
}

function firstTier(backends: readonly Backend[], carries: (backend: Backend) => boolean): number | undefined {
	const tiers = backends.filter((backend) => backend.weight > 0 && carries(backend)).map(({ tier }) => tier);
	return tiers.length === 0 ? undefined : Math.min(...tiers);
}

function weightsOf(backends: readonly Backend[], chosen: (backend: Backend) => boolean): Weights {
	return new Map(backends.map((backend) => [backend.service, chosen(backend) ? backend.weight : 0]));
}

function gainsShare(weight: number, wanted: Weights, has: number, current: Weights): boolean {
	return weight * totalWeight(current) > has * totalWeight(wanted);
}

/** Holding backends keep the smaller of their wanted and present share; the rest goes to the receivers. */
function shareOut(
	backends: readonly Backend[],
	{ eligible, holding, current }: Standings,
	{ tier, weights: wanted }: Distribution,
): Distribution | undefined {
	const receiving = firstTier(backends, (backend) => backend.tier >= tier && eligible.has(backend.service));
	if (receiving === undefined) return undefined;
	const receivers = weightsOf(
		backends,
		({ service, tier: own }) => own === receiving && eligible.has(service),
	);
	const wantedTotal = totalWeight(wanted);
	const currentTotal = totalWeight(current);

	// Every kept share is a fraction of `whole`, so the arithmetic stays exact in integers.
	const whole = wantedTotal * currentTotal;
	const kept = new Map<ServiceName, number>();
	for (const [service, weight] of wanted) {
		if (!holding.has(service)) continue;
		kept.set(service, Math.min(weight * currentTotal, (current.get(service) ?? 0) * wantedTotal));
	}
	const exact = mix(kept, whole, receivers);
	if (totalWeight(exact) <= maxWeightSum) return { tier: receiving, weights: exact };
	// Rounded down, since a holding backend gains nothing; and once rounded, they stay as they are.
	const rounded = new Map(
		[...kept].map(([service, share]) => [service, Math.floor((share * grain) / whole)]),
	);
	return { tier: receiving, weights: mix(rounded, grain, receivers) };
}

/** Shares that cannot be written exactly are kept in thousandths. */
const grain = 1000;

/** Receivers are told apart as finely as the thousandths beside them leave room for. */
const receiverGrain: number = maxWeightSum / grain;

/** What is kept of `whole`, and the rest for the receivers in their ratio, in the smallest integers. */
function mix(kept: Weights, whole: number, receivers: Weights): Weights {
	if (totalWeight(kept) === 0) return receivers;
	const rest = whole - totalWeight(kept);
	const fine = totalWeight(receivers) <= receiverGrain ? receivers : coarsen(receivers);
	const fineTotal = totalWeight(fine);
	const mixed = new Map(
		[...fine].map(([service, weight]) => [service, (kept.get(service) ?? 0) * fineTotal + weight * rest]),
	);
	const divisor = [...mixed.values()].reduce(greatestCommonDivisor, 0);
	return new Map([...mixed].map(([service, weight]) => [service, weight / divisor]));
}

/** The nearest weights that add up to `receiverGrain`. Nobody is rounded away: it would have to return as if it had failed. */
function coarsen(receivers: Weights): Weights {
	const count = [...receivers.values()].filter((weight) => weight > 0).length;
	const shares = apportion(receivers, receiverGrain - count);
	return new Map([...shares].map(([service, share]) => [service, receivers.get(service) ? share + 1 : 0]));
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
