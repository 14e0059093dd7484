import type { Blocker } from '../blocker.ts';
import type { LiveTarget } from '../live-target.ts';
import type { ClusterName, PolicyKey, TargetRef } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { KubernetesObject } from './cluster.ts';
import type { CommitId } from './repository.ts';

/** What a GitOps tool says of one target's manifests. Never a proof: only the live object is. */
export interface SyncerView {
	/** `Kustomization flux-system/east`, `Application argocd/east`. */
	readonly name: string;
	/** The commit it fetched last. */
	readonly fetched?: CommitId;
	/** The commit it says it applied last. */
	readonly applied?: CommitId;
	/** Whatever it applies from now on has the weights asked about, so that it need not be held off for them. */
	readonly carries?: true;
	/** What keeps a commit from going live, as far as it says. */
	readonly blocker?: Blocker;
	/** Its objects are being listed for the first time, as after a start: a moment later there is more to say. */
	readonly unlisted?: true;
}

/** What is asked of a tool. */
export interface SyncerQuestion {
	readonly target: TargetRef;
	/** Commits that carry the weights: to have any of them, or a later one, is enough. */
	readonly commits: readonly CommitId[];
	/** The live object, whose annotations may keep the tool off. */
	readonly live?: LiveTarget;
}

/** Whose escalation a tool is held off for, and from what. */
export interface Hold {
	readonly policy: PolicyKey;
	readonly target: TargetRef;
}

/** A hold that is over. */
export interface Held extends Hold {
	/** As it was read, which the release is conditional on. */
	readonly live: LiveTarget;
	/** What the tool has to apply from then on. */
	readonly commit: CommitId;
}

export type HoldOff =
	/** The patch of the target has to annotate it as well. */
	| { readonly kind: 'annotate' }
	/** The tool is held off. */
	| { readonly kind: 'done' }
	/** Not held off: a direct write would be undone. */
	| { readonly kind: 'impossible'; readonly problem: Problem };

export type Release =
	/** The tool is free again; `object` is the target where that was changed. */
	| { readonly kind: 'released'; readonly object?: KubernetesObject }
	/** Somebody else was faster, or the server is ill: look again. */
	| { readonly kind: 'failed'; readonly message: string };

/** The GitOps tools of the clusters that spillway.yaml names one for. */
export interface Syncers {
	/**
	 * Asks the cluster's tool to look at the branch, which stands at `commit`: once for each commit, and once more
	 * where it is asked for again much later. Goes on in the background where a second step has to wait for the first.
	 * Never throws for an answer.
	 */
	nudge(cluster: ClusterName, commit: CommitId): void;
	/** What the tool says of a target right now; `undefined` where none is configured. */
	look(question: SyncerQuestion, signal: AbortSignal): Promise<SyncerView | undefined>;
	/** Whether the tool is seen to be held off for this policy by something other than the target itself. */
	holdsOff(hold: Hold): boolean;
	/** Holds the tool off, ahead of a direct write. Never throws for an answer. */
	holdOff(hold: Hold, signal: AbortSignal): Promise<HoldOff>;
	/**
	 * Lets go of what an escalation held off, and of nothing else, then asks the tool to look again: what it passed
	 * over it has to apply anew. Never throws for an answer.
	 */
	release(held: Held, signal: AbortSignal): Promise<Release>;
}
