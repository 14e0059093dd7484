import type { LineRemark, Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';

/** Somebody with an account. */
export interface ForgeUser {
	readonly id: number;
	readonly login: Login;
	readonly name: string;
	readonly email: string;
}

export interface Label {
	readonly id: number;
	readonly name: string;
	/** Six hexadecimal digits. */
	readonly color: string;
	readonly description: string;
}

export interface Reaction {
	readonly user: Login;
	readonly content: string;
	readonly at: Instant;
}

export interface StoredComment {
	readonly id: number;
	readonly author: Login;
	readonly body: string;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	readonly reactions: readonly Reaction[];
}

/** `PENDING`: begun, and seen by its author alone. */
export type ReviewState = 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT' | 'PENDING';

export interface StoredReview {
	readonly id: number;
	readonly author: Login;
	readonly state: ReviewState;
	readonly body: string;
	/** The head that was reviewed. */
	readonly commit: CommitId;
	readonly remarks: readonly (LineRemark & { readonly id: number })[];
	readonly at: Instant;
}

/** A status of a commit, as it was set. */
export interface StoredStatus {
	readonly id: number;
	readonly context: string;
	/** `success`, `failure`, `pending`, or whatever else somebody set. */
	readonly state: string;
	readonly description: string;
	readonly url: string;
	readonly creator: Login;
	readonly at: Instant;
}

/** What happened to a pull request, the oldest first. */
export interface TimelineEntry {
	readonly id: number;
	readonly type:
		| 'pull_push'
		| 'comment'
		| 'label'
		| 'close'
		| 'reopen'
		| 'merge_pull'
		| 'delete_branch'
		| 'pull_scheduled_merge'
		| 'pull_cancel_scheduled_merge';
	readonly user: Login;
	readonly at: Instant;
	readonly oldRef?: string | undefined;
}

export type MergeStyle = 'merge' | 'squash' | 'fast-forward-only';

/** How somebody wants a pull request merged. */
export interface MergeWish {
	readonly style: MergeStyle;
	/** The first line; the forge's own where it is absent. */
	readonly title?: string | undefined;
	readonly message?: string | undefined;
	readonly deleteBranch: boolean;
}

/** A merge that waits for checks. It takes whatever the head is by then. */
export interface ScheduledMerge extends MergeWish {
	readonly by: Login;
	readonly at: Instant;
}

export interface StoredPull {
	readonly id: number;
	readonly number: number;
	readonly title: string;
	readonly body: string;
	readonly author: Login;
	/** Branch names. */
	readonly head: string;
	readonly base: string;
	/** The repository that has the head, where it is another one. */
	readonly fork?: string | undefined;
	/** Where the head is; of one that is merged, or whose branch is gone, where it was. */
	readonly headCommit: CommitId;
	/** Where base and head parted. */
	readonly mergeBase: CommitId;
	readonly hasBranch: boolean;
	readonly state: 'open' | 'closed' | 'merged';
	readonly mergeable: boolean;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	readonly closedAt?: Instant | undefined;
	readonly closedBy?: Login | undefined;
	/** It was closed by the end of its branch. */
	readonly closedByBranch?: boolean | undefined;
	readonly mergedBy?: Login | undefined;
	readonly mergeCommit?: CommitId | undefined;
	readonly labels: readonly number[];
	/** Who is asked for a review. */
	readonly reviewers: readonly Login[];
	readonly comments: readonly StoredComment[];
	readonly reviews: readonly StoredReview[];
	readonly timeline: readonly TimelineEntry[];
	readonly scheduled?: ScheduledMerge | undefined;
}

/** Whether a title says that there is more to come, as Gitea reads it. */
export function isDraft(title: string): boolean {
	return /^(?:WIP:|\[WIP\])/i.test(title);
}

/** What an owner chooses for a repository. */
export interface RepositorySettings {
	/** Nothing is pushed, opened or merged any more. */
	readonly isArchived: boolean;
	readonly hasPulls: boolean;
	readonly styles: readonly MergeStyle[];
	readonly preferredStyle: MergeStyle;
}

export const usualSettings: RepositorySettings = {
	isArchived: false,
	hasPulls: true,
	styles: ['merge', 'squash', 'fast-forward-only'],
	preferredStyle: 'merge',
};

/** What a branch is protected by. */
export interface ProtectionRule {
	readonly branch: string;
	readonly mayPush: 'nobody' | 'writers' | readonly Login[];
	readonly requiredApprovals: number;
	readonly requiredContexts: readonly string[];
	readonly blocksOnRejection: boolean;
}
