import type { ServiceName } from './names.ts';

/** Weights by backend, in the order the policy declares them. Only their ratios mean anything. */
export type Weights = ReadonlyMap<ServiceName, number>;

/** The most one weight may be: TrafficSplit's CRD and Kubernetes store a signed 32-bit integer. */
export const maxWeight = 2_147_483_647;

/** The most a split's weights may add up to: Linkerd's proxy sums `weight × 10 000` in 32 bits. */
export const maxWeightSum = 400_000;

export function totalWeight(weights: Weights): number {
	let total = 0;
	for (const weight of weights.values()) total += weight;
	return total;
}

/** True when both send the same share to every backend: 1/0 is 100/0. All-zero equals only all-zero. */
export function sameRatio(a: Weights, b: Weights): boolean {
	const totalA = totalWeight(a);
	const totalB = totalWeight(b);
	if (totalA === 0 || totalB === 0) return totalA === totalB;
	const names = [...new Set([...a.keys(), ...b.keys()])];
	return names.every((name) => nearlyEqual((a.get(name) ?? 0) * totalB, (b.get(name) ?? 0) * totalA));
}

/** Quantities are fractions (`700m`), whose sums round; products of deliverable weights differ by far more. */
function nearlyEqual(a: number, b: number): boolean {
	return Math.abs(a - b) <= 1e-12 * Math.max(a, b);
}

/** A backend's share of the traffic, 0..1. */
export function shareOf(weights: Weights, name: ServiceName): number {
	const total = totalWeight(weights);
	return total === 0 ? 0 : (weights.get(name) ?? 0) / total;
}

/**
 * Rounds wanted shares to integers with an exact sum (largest remainder; ties go to the earlier backend).
 * `wanted` need not add up to anything, but must not be all zero.
 */
export function apportion(wanted: Weights, total: number): Weights {
	const sum = totalWeight(wanted);
	if (sum <= 0) throw new RangeError('cannot apportion all-zero weights');
	const exact = [...wanted].map(([name, weight]) => ({ name, share: (weight / sum) * total }));
	const rounded = new Map(exact.map(({ name, share }) => [name, Math.floor(share)]));
	const byRemainder = exact
		.map(({ name, share }, order) => ({ name, order, remainder: share - Math.floor(share) }))
		.sort((a, b) => b.remainder - a.remainder || a.order - b.order);
	let missing = total - totalWeight(rounded);
	for (const { name } of byRemainder) {
		if (missing <= 0) break;
		rounded.set(name, (rounded.get(name) ?? 0) + 1);
		missing -= 1;
	}
	return rounded;
}

/** Writes weights the way people compare them: `emoji-svc 1, emoji-svc-west 0`. */
export function formatWeights(weights: Weights): string {
	return [...weights].map(([name, weight]) => `${name} ${weight}`).join(', ');
}

/**
 * What is wrong with writing these weights, or `undefined`. Checked by every delivery right before the wire,
 * whatever decided them: an all-zero split sends traffic nowhere (linkerd/linkerd2#10533).
 */
export function undeliverable(weights: Weights): string | undefined {
	for (const [name, weight] of weights) {
		if (!Number.isInteger(weight) || weight < 0 || weight > maxWeight) {
			return `weight ${weight} of ${name} is not an integer between 0 and ${maxWeight}`;
		}
	}
	const total = totalWeight(weights);
	if (total === 0) return 'every weight is 0, which would send traffic nowhere';
	if (total > maxWeightSum) return `the weights add up to ${total}, over ${maxWeightSum}`;
	return undefined;
}
