import type { z } from 'zod';
import { maxWeight, maxWeightSum } from '../model/weights.ts';
import { type Fault, reportFault } from './fault.ts';

/** One backend alone has nothing to fail over to. */
export const minBackends = 2;
export const maxBackends = 32;
export const maxTier = 31;

interface WeightedBackend {
	readonly service: string;
	readonly tier: number;
	readonly weight: number;
}

/** What must hold among the backends of a policy: own names, and weights that a split can carry. */
export function checkBackends(backends: readonly WeightedBackend[], context: z.RefinementCtx): void {
	const seen = new Set<string>();
	for (const [index, { service }] of backends.entries()) {
		if (seen.has(service)) {
			reportFault(context, { code: 'E_DUPLICATE_BACKEND', message: `names ${service} again` }, [
				index,
				'service',
			]);
		}
		seen.add(service);
	}
	for (const fault of findWeightFaults(backends)) reportFault(context, fault);
}

function* findWeightFaults(backends: readonly WeightedBackend[]): Generator<Fault> {
	const tiers = Map.groupBy(backends, ({ tier }) => tier);
	for (const [tier, members] of tiers) {
		if (members.every(({ weight }) => weight === 0)) {
			yield {
				code: 'E_ALL_ZERO',
				message: `gives every backend of tier ${tier} weight 0: its traffic would be dropped`,
			};
		}
	}
	const sum = backends.reduce((total, { weight }) => total + weight, 0);
	if (sum > maxWeightSum && backends.every(({ weight }) => weight <= maxWeight)) {
		yield {
			code: 'E_RANGE',
			message: 'has weights that add up to too much',
			got: String(sum),
			expected: `at most ${maxWeightSum}`,
			remedy: 'use smaller weights: only their ratios count',
		};
	}
}
