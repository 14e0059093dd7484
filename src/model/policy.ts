import type { ClusterName, Namespace, PolicyKey, ServiceName, TargetRef } from './names.ts';
import type { Milliseconds } from './time.ts';

/** How a plan is carried out. `PullRequest` joins when forges do. */
export type Via = 'Direct' | 'Commit';

/** Active writes; Observe decides and reports only; Suspended does neither. */
export type PolicyMode = 'Active' | 'Observe' | 'Suspended';

/** The Service whose endpoints stand for a backend, in another cluster. */
export interface Origin {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly service: ServiceName;
}

export interface Backend {
	readonly service: ServiceName;
	/** 0 = primary, 1.. = fallbacks in order. */
	readonly tier: number;
	/** Share inside its tier, written verbatim when the tier is chosen. */
	readonly weight: number;
	/** As written in the policy; otherwise read from the mirror Service's labels. */
	readonly origin?: Origin;
}

export interface FailoverPolicy {
	readonly key: PolicyKey;
	readonly name: string;
	readonly namespace: Namespace;
	/** Where the policy was read: `policies/emoji.yaml:1`. */
	readonly source: string;
	readonly mode: PolicyMode;
	readonly target: TargetRef;
	/** Set where Spillway makes and owns the target, a TrafficSplit of this apex; else it only moves weights. */
	readonly owned?: { readonly apex: ServiceName };
	/** Made of the labels of a TrafficSplit, as linkerd-failover reads them, not of a document. */
	readonly labelled?: boolean;
	readonly backends: readonly Backend[];
	readonly health: {
		readonly minReady: number;
		readonly staleAfter: Milliseconds;
	};
	readonly failover: {
		readonly after: Milliseconds;
		readonly via: Via;
	};
	readonly failback: {
		readonly mode: 'Auto' | 'Manual';
		readonly after: Milliseconds;
		readonly via: Via;
	};
	/** What to do when nothing is eligible. */
	readonly panic: 'HoldLast';
}

/** How to reach a cluster. */
export type ClusterAccess =
	/** A context of the kubeconfig. */
	| { readonly kind: 'context'; readonly context: string }
	/** A kubeconfig in a Secret of the home cluster, such as those `linkerd multicluster link` makes. */
	| { readonly kind: 'secret'; readonly namespace: Namespace; readonly name: string }
	/** The service account of the pod Spillway runs in. */
	| { readonly kind: 'inCluster' };

export interface ClusterConfig {
	readonly name: ClusterName;
	readonly access: ClusterAccess;
	/** Folder of the repository whose manifests this cluster runs; without it the cluster is only observed. */
	readonly manifests?: string;
}

/** `spillway.yaml` at the root of the config repository. */
export interface SpillwayConfig {
	readonly policies: readonly string[];
	readonly clusters: readonly ClusterConfig[];
	readonly defaults: { readonly failoverVia?: Via; readonly failbackVia?: Via };
}

/** Baseline weights: what the split carries while every backend is well. */
export function baselineWeights(policy: FailoverPolicy): ReadonlyMap<ServiceName, number> {
	const first = Math.min(...policy.backends.map((backend) => backend.tier));
	return new Map(policy.backends.map(({ service, tier, weight }) => [service, tier === first ? weight : 0]));
}
