/** By rank: the smallest value that so much of all is not above. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Spread {
	readonly p50: number;
	readonly p99: number;
}

export function spreadOf(values: readonly number[]): Spread {
	return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}
