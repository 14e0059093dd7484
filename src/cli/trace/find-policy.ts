import type { ClusterName } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import { adviseName } from '../../policy/did-you-mean.ts';
import { usageError } from '../exit.ts';

/**
 * The policy of this `namespace/name`, or the only one whose target has it. Throws ProblemError where there is none,
 * or more than one.
 */
export function findPolicy(
	policies: readonly FailoverPolicy[],
	name: string,
	cluster: ClusterName | undefined,
): FailoverPolicy {
	const there = policies.filter(({ target }) => cluster === undefined || target.cluster === cluster);
	const own = there.find(({ key }) => key === name);
	if (own !== undefined) return own;
	const [first, second] = there.filter(({ target }) => `${target.namespace}/${target.name}` === name);
	if (first === undefined) {
		const place = cluster === undefined ? 'in force' : `in force for cluster ${cluster}`;
		const remedy =
			adviseName(
				name,
				there.map(({ key }) => key),
			) ?? 'write it namespace/name: of a policy, or of its target';
		throw usageError(name, `no policy and no target of this name is ${place}`, remedy);
	}
	if (second !== undefined) {
		const message = `this is the target of ${first.key} and of ${second.key}`;
		throw usageError(name, message, 'name the policy, or its cluster with --cluster');
	}
	return first;
}
