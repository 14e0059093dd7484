import { describeTarget } from '../model/names.ts';
import type { Verify } from '../model/ports/delivery.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { targetResource } from '../model/target-resource.ts';
import type { FindCluster } from './direct.ts';

/** Reads the target back from its cluster. */
export function verifyLive(findCluster: FindCluster): Verify {
	return async (target, signal) => {
		const { namespace, name } = target;
		try {
			const cluster = await findCluster(target.cluster, signal);
			const object = await cluster.read({ resource: targetResource(target), namespace, name }, signal);
			if (object === undefined) {
				const where = { kind: 'named', name: describeTarget(target) } as const;
				return {
					kind: 'unknown',
					problem: problem('E_TARGET_MISSING', { where, message: 'it is gone' }),
				};
			}
			return { kind: 'read', object };
		} catch (error) {
			if (error instanceof ProblemError) return { kind: 'unknown', problem: error.problem };
			throw error;
		}
	};
}
