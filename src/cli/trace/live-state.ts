import { describeTarget, type TargetRef } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import { problem } from '../../model/problem.ts';
import { readTarget, targetResource } from '../../model/target-resource.ts';
import { rulesNaming, weightsOf } from '../../model/target-rules.ts';
import type { ClusterDirectory } from '../cluster-directory.ts';
import type { LiveState } from './trace-facts.ts';

/** The live object of a policy's target. Throws ProblemError when the cluster cannot say. */
export async function readLiveState(
	{ target, backends }: FailoverPolicy,
	{ find }: Pick<ClusterDirectory, 'find'>,
	signal: AbortSignal,
): Promise<LiveState> {
	const { namespace, name } = target;
	const cluster = await find(target.cluster, signal);
	const object = await cluster.read({ resource: targetResource(target), namespace, name }, signal);
	if (object === undefined) return { kind: 'missing' };
	const facts = readTarget(target.kind, object);
	if (facts.kind === 'invalid') return refuse(target, facts.message);
	const services = backends.map(({ service }) => service);
	const rules = rulesNaming(facts.target, services);
	if (rules.length === 0) return refuse(target, 'it does not name every backend of the policy');
	return { kind: 'live', target: facts.target, weights: rules.map((rule) => weightsOf(rule, services)) };
}

function refuse(target: TargetRef, message: string): LiveState {
	const where = { kind: 'named', name: describeTarget(target) } as const;
	return { kind: 'unknown', problem: problem('E_TARGET_INVALID', { where, message }) };
}
