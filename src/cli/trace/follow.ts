import type { ClusterName } from '../../model/names.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { isWarning, type Problem } from '../../model/problem.ts';
import { createPolicyReader } from '../../observe/policy-reader.ts';
import { manifestEditor } from '../../plan/manifest-editor.ts';
import type { ClusterDirectory } from '../cluster-directory.ts';
import { findPolicy } from './find-policy.ts';
import { gatherFacts } from './gather.ts';
import type { lookAtSyncer } from './syncer-look.ts';
import type { TraceFacts } from './trace-facts.ts';

export interface FollowParts {
	readonly repository: Repository;
	/** The clusters that spillway.yaml declares; the target's is asked. */
	readonly openClusters: (target: ClusterName) => Pick<ClusterDirectory, 'declare' | 'find'>;
	readonly clock: Clock;
	readonly random: Random;
	readonly onProblem: (problem: Problem) => void;
	/** Asks the GitOps tool of the target's cluster. */
	readonly lookAt: typeof lookAtSyncer;
}

/** What is asked for: `namespace/name` of a policy or its target. */
export interface TraceRequest {
	readonly name: string;
	readonly cluster: ClusterName | undefined;
}

/** Throws ProblemError when there is no such policy, or the repository cannot be read. */
export async function followPolicy(
	{ repository, openClusters, clock, random, onProblem, lookAt }: FollowParts,
	{ name, cluster }: TraceRequest,
	signal: AbortSignal,
): Promise<TraceFacts> {
	const tip: CommitId = await repository.refresh(signal);
	const { policies, clusters, problems } = await createPolicyReader(repository).read(tip, signal);
	const policy = orTell(() => findPolicy(policies, name, cluster), problems, onProblem);
	const directory = openClusters(policy.target.cluster);
	directory.declare(clusters);
	const target = clusters.find((each) => each.name === policy.target.cluster);
	const look = lookAt({ repository, clusters: directory, clock, random }, target);
	const parts = { repository, clusters: directory, editor: manifestEditor, look, now: clock.now() };
	return await gatherFacts(parts, { policy, tip, folder: target?.manifests }, signal);
}

/** A policy that is missing may be one that is wrong. */
function orTell<T>(find: () => T, problems: readonly Problem[], onProblem: FollowParts['onProblem']): T {
	try {
		return find();
	} catch (error) {
		for (const problem of problems) if (!isWarning(problem)) onProblem(problem);
		throw error;
	}
}
