// A scenario: clusters, policies and a timeline of what happens and what must be seen.
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { WriteFault } from '../cluster-faults.ts';
import type { ForgeFault } from '../forge/forge-faults.ts';
import type { RepositoryFault } from '../memory-faults.ts';
import type { PullAct, StagedProtection } from './pull-acts.ts';
import type { PullsExpectation } from './pull-expectation.ts';

/** A cluster as a scenario begins. */
export interface ClusterStage {
	/** Ready replicas by Service; each gets a Deployment of its own. */
	readonly services: Readonly<Record<string, number>>;
	/** Clusters whose Services are mirrored here, through their gateways. */
	readonly mirrors: readonly string[];
	/** Weights by backend, by split. */
	readonly splits: SplitWeights;
	/** By split: who its label `failover.linkerd.io/controlled-by` says controls it. */
	readonly labels: Readonly<Record<string, string>>;
	/** HTTPRoutes of Services: weights by backend, by Service. */
	readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>;
	/** linkerd-smi makes ServiceProfiles of the splits. */
	readonly adaptor: boolean;
	/** A syncer applies this cluster's folder of the repository at this interval. */
	readonly syncEvery?: Milliseconds | undefined;
	/** The syncer is a Flux with objects of its own, which spillway.yaml names. */
	readonly flux: boolean;
}

/** Weights by backend, by split; text stands for a Quantity. */
export type SplitWeights = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

/** Trouble on the way to a cluster; what has a span is lifted after it. */
export type StagedFault =
	| { readonly kind: 'unreachable' | 'freeze-watches'; readonly for: Milliseconds }
	| { readonly kind: 'cut-watches' }
	| WriteFault;

/** What must be seen at a step. */
export interface Expectation {
	/** Live weights by `cluster/name` of a split or a route, in its order. */
	readonly weights?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
	/** Patches and applies that Spillway sent so far, whatever came of them. */
	readonly patches?: number | undefined;
	/** Commits of Spillway on the branch so far. */
	readonly commits?: number | undefined;
	/** Events so far, by reason, over all clusters. */
	readonly events?: Readonly<Record<string, number>> | undefined;
	/** A code among the reasons last told for a policy. */
	readonly says?: Readonly<Record<string, string>> | undefined;
	/** Codes of problems that must have been told by now. */
	readonly problems?: readonly string[] | undefined;
	/** Kinds of notices that must have been told by now. */
	readonly told?: readonly string[] | undefined;
	/** Kinds of notices that must not have been told so far. */
	readonly untold?: readonly string[] | undefined;
	/** By policy: a part of what was last said to stand between a push and the live object. */
	readonly blocker?: Readonly<Record<string, string>> | undefined;
	/** By `cluster/split`: whether our own marker holds the syncer off it. */
	readonly heldOff?: Readonly<Record<string, boolean>> | undefined;
	/** Of pull requests. */
	readonly pulls?: PullsExpectation | undefined;
}

/** What happens at an instant; expectations are looked at first. */
export interface Step {
	readonly at: Instant;
	readonly expect?: Expectation | undefined;
	/** Replicas by `cluster/service`. */
	readonly scale?: Readonly<Record<string, number>> | undefined;
	readonly gateway?: Readonly<Record<string, 'up' | 'down'>> | undefined;
	/** linkerd-smi, by cluster. */
	readonly adaptor?: Readonly<Record<string, 'stalls' | 'resumes'>> | undefined;
	/** The Kustomization of the cluster's Flux. */
	readonly flux?: Readonly<Record<string, 'suspend' | 'resume'>> | undefined;
	/** Service mirrors that stop for good, as `cluster/remote`. */
	readonly stopMirrors?: readonly string[] | undefined;
	/** Who controls a split from now on, by `cluster/split`; null takes the label off. */
	readonly label?: Readonly<Record<string, string | null>> | undefined;
	/** Whether Spillway leads, as it does at first; while it does not, another replica is taken to. */
	readonly leads?: boolean | undefined;
	readonly fault?: Readonly<Record<string, StagedFault>> | undefined;
	readonly repository?: RepositoryFault | undefined;
	/** A commit by somebody else: file texts by path; null deletes a file. */
	readonly commit?: Readonly<Record<string, string | null>> | undefined;
	/** Weights written by somebody else, by `cluster/split`. */
	readonly set?: SplitWeights | undefined;
	/** Services deleted, as `cluster/service`. */
	readonly remove?: readonly string[] | undefined;
	/** Spillway is killed and started anew; nothing it held in memory survives. */
	readonly restart?: true | undefined;
	/** What people do to pull requests, in order. What the forge refuses counts as not expected. */
	readonly pulls?: readonly PullAct[] | undefined;
	/** Trouble with the forge's API; Git is not part of it. */
	readonly forge?: ForgeFault | undefined;
	/** Rules of a branch. */
	readonly protect?: StagedProtection | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

export interface LabelledMode {
	readonly cluster: string;
	readonly selector?: string | undefined;
}

export interface Scenario {
	readonly title: string;
	readonly clusters: Readonly<Record<string, ClusterStage>>;
	/** `spec` of each FailoverPolicy, by name. */
	readonly policies: Readonly<Record<string, Settings>>;
	/** More files of the repository, or others in place of the generated ones. */
	readonly files: Readonly<Record<string, string>>;
	/** `spec.commits` and `spec.pullRequests` of spillway.yaml. */
	readonly commits?: Settings | undefined;
	readonly pullRequests?: Settings | undefined;
	/** The forge tells of what happens, rather than to be asked now and then. */
	readonly webhooks: boolean;
	/** Spillway writes this cluster only, and acts on its labelled splits; without policies there is no repository. */
	readonly linkerdFailover?: LabelledMode | undefined;
	readonly timeline: readonly Step[];
}
