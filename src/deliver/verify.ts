import { liveWeights } from '../model/live-target.ts';
import { formatTarget } from '../model/names.ts';
import type { Verify } from '../model/ports/delivery.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { readSplit, trafficSplits } from '../model/traffic-split.ts';
import { sameRatio, type Weights } from '../model/weights.ts';
import type { FindCluster } from './direct.ts';

/** Reads the target back from its cluster and compares the ratios of the weights asked for. */
export function verifyLive(findCluster: FindCluster): Verify {
	return async (target, weights, signal) => {
		const { namespace, name } = target;
		try {
			const cluster = await findCluster(target.cluster, signal);
			const object = await cluster.read({ resource: trafficSplits, namespace, name }, signal);
			if (object === undefined) {
				const where = { kind: 'named', name: formatTarget(target) } as const;
				return {
					kind: 'unknown',
					problem: problem('E_TARGET_MISSING', { where, message: 'the TrafficSplit is gone' }),
				};
			}
			return { kind: carries(object, weights) ? 'converged' : 'differs', object };
		} catch (error) {
			if (error instanceof ProblemError) return { kind: 'unknown', problem: error.problem };
			throw error;
		}
	};
}

function carries(object: Parameters<typeof readSplit>[0], weights: Weights): boolean {
	const facts = readSplit(object);
	if (facts.kind === 'invalid') return false;
	const live = liveWeights(facts.target);
	return sameRatio(new Map([...weights.keys()].map((name) => [name, live.get(name) ?? 0])), weights);
}
