import type { MessageTemplate } from './message-template.ts';
import type { ClusterName, Namespace, PolicyKey, ServiceName, TargetRef } from './names.ts';
import type { Identity } from './ports/repository.ts';
import type { Milliseconds } from './time.ts';

/** How a plan is carried out. */
export type Via = 'Direct' | 'Commit' | 'PullRequest';

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
		/** What follows where the weights are not live in time; each step later than the one before. */
		readonly escalate?: readonly Escalation[];
	};
	readonly failback: {
		readonly mode: 'Auto' | 'Manual';
		readonly after: Milliseconds;
		readonly via: Via;
		/** With via: PullRequest, it is merged by itself once its checks pass. */
		readonly autoMerge?: true;
		/** Percentages of the way back, ending in 100; absent: one step. */
		readonly ramp?: readonly number[];
		/** From one step of the ramp that is live to the next one. */
		readonly rampInterval?: Milliseconds;
	};
	/** Policies of one name share their pull requests, however spillway.yaml groups them. */
	readonly group?: string;
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

/**
 * What is done about weights that are not live, in the order of the ladder. Notify: the people of spillway.yaml are
 * named in a comment. Reviewers: they are asked for a review. AutoMerge: the pull request is merged once its checks
 * pass. Commit: the weights are committed to the branch. Direct: they are patched on the cluster, and Git is brought
 * up to date later. The first three are for a pull request only.
 */
export type EscalationStep = 'Notify' | 'Reviewers' | 'AutoMerge' | 'Commit' | 'Direct';

/** A step, and how long after the decision it is due. */
export interface Escalation {
	readonly after: Milliseconds;
	readonly to: EscalationStep;
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
	/** Absent: `defaultPullRequests`. */
	readonly pullRequests?: PullRequestSettings;
}

/** Which moves share a pull request. Failovers and failbacks never do. */
export type GroupBy = 'Policy' | 'Namespace' | 'Cluster';

/** What pull requests look like, and who is asked. */
export interface PullRequestSettings {
	readonly groupBy: GroupBy;
	/** Set on each one when it is opened. */
	readonly labels: readonly string[];
	/** Asked for a review when it is opened. */
	readonly reviewers: readonly string[];
	/** Named in a comment by the step Notify, and asked for a review by the step Reviewers. */
	readonly onCall: readonly string[];
	/** Opened as drafts. */
	readonly isDraft: boolean;
	/** A page about the service, by {{variables}} of commit messages: dashboards, runbooks. */
	readonly links: readonly PullRequestLink[];
	/** How many may be open at once, failovers and failbacks together. */
	readonly maxOpen: number;
	/** How many may be opened within an hour. */
	readonly maxPerHour: number;
}

export interface PullRequestLink {
	readonly title: string;
	readonly url: string;
}

/** What holds where spillway.yaml says nothing. 10 and 20: twice what Renovate opens, which is not urgent. */
export const defaultPullRequests: PullRequestSettings = {
	groupBy: 'Cluster',
	labels: ['failover'],
	reviewers: [],
	onCall: [],
	isDraft: false,
	links: [],
	maxOpen: 10,
	maxPerHour: 20,
};

/** What commits look like. */
export interface CommitSettings {
	readonly author?: Identity;
	/** Default: the author. */
	readonly committer?: Identity;
	readonly message?: MessageTemplate;
	/** What follows where a protected branch refuses a commit. Absent: it is tried again every few minutes. */
	readonly onRefused?: 'PullRequest';
}

/** Baseline weights: what the split carries while every backend is well. */
export function baselineWeights(policy: FailoverPolicy): ReadonlyMap<ServiceName, number> {
	const first = Math.min(...policy.backends.map((backend) => backend.tier));
	return new Map(policy.backends.map(({ service, tier, weight }) => [service, tier === first ? weight : 0]));
}
