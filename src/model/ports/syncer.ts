import type { Blocker } from '../blocker.ts';
import type { ClusterName, TargetRef } from '../names.ts';
import type { CommitId } from './repository.ts';

/** What a GitOps tool says of one target's manifests. Never a proof: only the live object is. */
export interface SyncerView {
	/** `Kustomization flux-system/east`, `Application argocd/east`. */
	readonly name: string;
	/** The commit it fetched last. */
	readonly fetched?: CommitId;
	/** The commit it says it applied last. */
	readonly applied?: CommitId;
	/** What keeps a commit from going live, as far as it says. */
	readonly blocker?: Blocker;
}

/** The GitOps tools of the clusters that spillway.yaml names one for. */
export interface Syncers {
	/**
	 * Asks the cluster's tool to look at the branch, which stands at `commit`; at most once for each commit. Goes on
	 * in the background where a second step has to wait for the first. Never throws for an answer.
	 */
	nudge(cluster: ClusterName, commit: CommitId): void;
	/** What the tool says of a target right now; `undefined` where none is configured. */
	look(target: TargetRef, signal: AbortSignal): Promise<SyncerView | undefined>;
}
