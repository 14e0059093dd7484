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
	const [wantedTotal, currentTotal, receiverTotal] = [wanted, current, receivers].map(totalWeight);
	if (wantedTotal === undefined || currentTotal === undefined || receiverTotal === undefined)
		return undefined;

	// Every share is a fraction of wantedTotal × currentTotal, so the arithmetic stays exact in integers.
	const kept = new Map<ServiceName, number>();
	for (const [service, weight] of wanted) {
		if (!holding.has(service)) continue;
		kept.set(service, Math.min(weight * currentTotal, (current.get(service) ?? 0) * wantedTotal));
	}
	const rest = wantedTotal * currentTotal - totalWeight(kept);
	const exact = new Map(
		backends.map(({ service }) => [
			service,
			(kept.get(service) ?? 0) * receiverTotal + (receivers.get(service) ?? 0) * rest,
		]),
	);
	return { tier: receiving, weights: reduce(exact) };
}

/** The smallest integers in the same ratio; where those are still too large, the nearest thousandths. */
function reduce(weights: Weights): Weights {
	const divisor = [...weights.values()].reduce(greatestCommonDivisor, 0);
	const reduced = new Map([...weights].map(([service, weight]) => [service, weight / divisor]));
	return totalWeight(reduced) <= maxWeightSum ? reduced : apportion(reduced, 1000);
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
