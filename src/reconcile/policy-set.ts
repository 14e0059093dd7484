// The policies in force.
import type { ClusterName, PolicyKey } from '../model/names.ts';
import type { ClusterConfig, FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';

/** What a commit puts in force. */
export type RevisionInForce = Omit<PolicyRevision, 'problems'>;

export interface PolicySet {
	readonly commit: CommitId;
	readonly policies: ReadonlyMap<PolicyKey, FailoverPolicy>;
	readonly clusters: ReadonlyMap<ClusterName, ClusterConfig>;
	readonly clusterNames: ReadonlySet<ClusterName>;
}

export function createPolicySet({ commit, policies, clusters }: RevisionInForce): PolicySet {
	return {
		commit,
		policies: new Map(policies.map((policy) => [policy.key, policy])),
		clusters: new Map(clusters.map((cluster) => [cluster.name, cluster])),
		clusterNames: new Set(clusters.map(({ name }) => name)),
	};
}

/** Those to look at after a change: all of a new commit, which may hold what a pending shift waits for. */
export function changedPolicies(before: PolicySet, after: PolicySet): readonly PolicyKey[] {
	const moved = before.commit !== after.commit;
	return [...after.policies].flatMap(([key, policy]) =>
		moved || before.policies.get(key) !== policy ? [key] : [],
	);
}
