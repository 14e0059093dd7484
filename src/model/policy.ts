import type { MessageTemplate } from './message-template.ts';
import type { ClusterName, Namespace, PolicyKey, ServiceName, TargetRef } from './names.ts';
import type { Identity } from './ports/repository.ts';
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
		/** What follows where a commit is not live in time. */
		readonly escalate?: Escalation;
	};
	readonly failback: {
		readonly mode: 'Auto' | 'Manual';
		readonly after: Milliseconds;
		readonly via: Via;
	};
	/** What to do when nothing is eligible. */
	readonly panic: 'HoldLast';
	/** What a person's commit means that changes this target's weights and nothing else. */
	readonly onManualEdit: OnManualEdit;
	/** How long such a commit holds the target under `Hold`, from the commit on. */
	readonly manualHold: Milliseconds;
}

/**
 * Hold leaves the person's weights for `manualHold`; Override writes the decided ones at once; Adopt leaves the
 * person's until the decision itself changes.
 */
export type OnManualEdit = 'Hold' | 'Override' | 'Adopt';

/** After this long without the weights live, they are written directly, and Git is brought up to date later. */
export interface Escalation {
	readonly after: Milliseconds;
	readonly to: 'Direct';
}

/** The GitOps tool that brings a cluster to what the branch declares. Without a name it is looked for. */
export type SyncerConfig =
	| {
			readonly kind: 'Flux';
			/** The Kustomization that applies the manifests. */
			readonly kustomization?: { readonly namespace: Namespace; readonly name: string };
	  }
	| {
			readonly kind: 'ArgoCD';
			readonly application?: { readonly namespace: Namespace; readonly name: string };
			/** The Application applies nothing but targets, so that an escalation may hold all of it off. */
			readonly dedicated?: true;
	  };

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
	/** Told of each push, asked why a commit is not live, and held off an object by an escalation. */
	readonly syncer?: SyncerConfig;
}

/** `spillway.yaml` at the root of the config repository. */
export interface SpillwayConfig {
	readonly policies: readonly string[];
	readonly clusters: readonly ClusterConfig[];
	readonly defaults: { readonly failoverVia?: Via; readonly failbackVia?: Via };
	readonly commits: CommitSettings;
}

/** What commits look like. */
export interface CommitSettings {
	readonly author?: Identity;
	/** Default: the author. */
	readonly committer?: Identity;
	readonly message?: MessageTemplate;
}

/** Baseline weights: what the split carries while every backend is well. */
export function baselineWeights(policy: FailoverPolicy): ReadonlyMap<ServiceName, number> {
	const first = Math.min(...policy.backends.map((backend) => backend.tier));
	return new Map(policy.backends.map(({ service, tier, weight }) => [service, tier === first ? weight : 0]));
}
