// The policies in force, and which of them each topic concerns.
import type { ClusterName, PolicyKey } from '../model/names.ts';
import type { ClusterConfig, FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import type { Topic } from '../observe/world.ts';

/** What a commit puts in force. */
export type RevisionInForce = Omit<PolicyRevision, 'problems'>;

export interface PolicySet {
	readonly commit: CommitId;
	readonly policies: ReadonlyMap<PolicyKey, FailoverPolicy>;
	readonly clusters: ReadonlyMap<ClusterName, ClusterConfig>;
	readonly clusterNames: ReadonlySet<ClusterName>;
	/** From now on news of these topics concerns the policy. */
	subscribe(policy: PolicyKey, topics: readonly Topic[]): void;
	concernedBy(topics: Iterable<Topic>): ReadonlySet<PolicyKey>;
}

export function createPolicySet({ commit, policies, clusters }: RevisionInForce): PolicySet {
	const subscribers = new Map<Topic, Set<PolicyKey>>();
	return {
		commit,
		policies: new Map(policies.map((policy) => [policy.key, policy])),
		clusters: new Map(clusters.map((cluster) => [cluster.name, cluster])),
		clusterNames: new Set(clusters.map(({ name }) => name)),
		subscribe(policy, topics) {
			for (const topic of topics) {
				const keys = subscribers.get(topic);
				if (keys === undefined) subscribers.set(topic, new Set([policy]));
				else keys.add(policy);
			}
		},
		concernedBy(topics) {
			const concerned = new Set<PolicyKey>();
			for (const topic of topics) for (const key of subscribers.get(topic) ?? []) concerned.add(key);
			return concerned;
		},
	};
}
