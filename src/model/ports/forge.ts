import type { Problem } from '../problem.ts';
import { ProblemError } from '../problem.ts';
import type { Instant, Milliseconds } from '../time.ts';
import type { CommitId } from './repository.ts';

/** The forges whose pull requests (GitLab: merge requests) Spillway opens. */
export type ForgeKind = 'GitHub' | 'GitLab' | 'Gitea' | 'Bitbucket' | 'AzureDevOps';

/** A name at the forge, without the `@`. */
export type Login = string;

/** A pull request as the forge tells of it. */
export interface PullRequest {
	/** As people name it: of the repository, not of the forge. */
	readonly number: number;
	/** Its page. */
	readonly url: string;
	readonly state: 'open' | 'closed' | 'merged';
	readonly title: string;
	readonly body: string;
	/** Branch names, without `refs/heads/`. */
	readonly head: string;
	readonly base: string;
	/** Where the head branch is; of one that is closed or merged, where it was. Absent where the forge forgot. */
	readonly headCommit?: CommitId;
	/** Whether the head is in another repository, a fork. */
	readonly isForeign: boolean;
	readonly isDraft: boolean;
	readonly author: Login;
	readonly labels: readonly string[];
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	readonly closedAt?: Instant;
	/** Only of one that is merged: when, by whom, and the commit on the base that came of it. */
	readonly mergedAt?: Instant;
	readonly mergedBy?: Login;
	readonly mergeCommit?: CommitId;
	/** Unknown while the forge computes it. */
	readonly mergeable: 'yes' | 'conflict' | 'unknown';
	/** The forge is to merge it by itself once its checks pass. */
	readonly autoMerge: boolean;
}

/** What to open. */
export interface NewPullRequest {
	readonly title: string;
	readonly body: string;
	readonly head: string;
	readonly base: string;
	readonly isDraft: boolean;
}

export type Creation =
	| { readonly kind: 'created'; readonly pull: PullRequest }
	/** One is open for this head and base already: find it. */
	| { readonly kind: 'exists' };

/** What to change; what is absent stays. */
export interface PullRequestEdit {
	readonly title?: string;
	readonly body?: string;
	readonly state?: 'open' | 'closed';
}

/** A comment on a pull request as a whole. */
export interface ForgeComment {
	readonly id: string;
	readonly author: Login;
	readonly body: string;
	readonly createdAt: Instant;
}

/** A remark on one line of a file, as the head has it. */
export interface LineRemark {
	readonly path: string;
	/** Counted from 1. */
	readonly line: number;
	readonly body: string;
}

/** What a commit's checks come to. */
export type CheckState = 'success' | 'failure' | 'pending';

/** A status that Spillway sets on a commit. */
export interface CommitStatus {
	/** `spillway/still-needed`. */
	readonly context: string;
	readonly state: CheckState;
	/** One line; cut by the adapter to what the forge takes. */
	readonly description: string;
	readonly url?: string;
}

/** A commit's check, whoever runs it; statuses that Spillway set are among them. */
export interface Check {
	readonly name: string;
	readonly state: CheckState;
	readonly description?: string;
}

/** What a merge came to. */
export type MergeOutcome =
	| { readonly kind: 'merged'; readonly commit?: CommitId }
	/** The head is not where it was validated: look again. */
	| { readonly kind: 'moved' }
	| { readonly kind: 'conflict' }
	/** It is merged or closed already: look again. */
	| { readonly kind: 'notOpen' }
	/** Rules of the branch, missing approvals, failing checks: in the forge's words. */
	| { readonly kind: 'blocked'; readonly reason: string };

/** What auto-merge came to. */
export type AutoMergeOutcome =
	| { readonly kind: 'enabled' }
	/** Nothing stands in its way any more: merge it. */
	| { readonly kind: 'clean' }
	/** This forge, or this repository, has no auto-merge. */
	| { readonly kind: 'unavailable'; readonly reason: string }
	| { readonly kind: 'moved' };

/** How a pull request came to be closed unmerged. */
export interface Closure {
	/** Absent where the forge does not tell. */
	readonly by?: Login;
	/** Its branch was deleted while it was open, which closed it (Gitea, GitHub): nobody spoke against it. */
	readonly byBranch: boolean;
}

/** What a person may do in the repository. */
export type Permission = 'none' | 'read' | 'write' | 'admin';

/** What protects a branch, as far as this identity may know. */
export interface BranchProtection {
	readonly isProtected: boolean;
	/** Whether this identity may push to it directly; absent where the forge does not tell. */
	readonly mayPush?: boolean;
	/** Names of checks that have to pass. */
	readonly requiredChecks: readonly string[];
	readonly requiredApprovals: number;
}

/** Who we are at the forge, and what we may do. */
export interface ForgeIdentity {
	readonly login: Login;
	readonly permission: Permission;
}

/**
 * One repository at a forge. Every call has its own deadline and, where that is safe, its own retries. Calls throw
 * ForgeError. What is listed is listed whole, over all pages.
 */
export interface Forge {
	readonly kind: ForgeKind;
	/** The repository's page. */
	readonly url: string;
	/** Who we are. Asked once, and again with another token. */
	identity(signal: AbortSignal): Promise<ForgeIdentity>;
	/** Every pull request from this branch of the repository itself, in any state, the newest first. */
	findByHead(head: string, signal: AbortSignal): Promise<readonly PullRequest[]>;
	/** Every open pull request, forks' included, the newest first. */
	listOpen(signal: AbortSignal): Promise<readonly PullRequest[]>;
	/** `undefined` where there is none of this number. */
	read(number: number, signal: AbortSignal): Promise<PullRequest | undefined>;
	create(pull: NewPullRequest, signal: AbortSignal): Promise<Creation>;
	/** Returns it as it is then. Opening one again that cannot be opened throws ForgeError with retry `never`. */
	update(number: number, edit: PullRequestEdit, signal: AbortSignal): Promise<PullRequest>;
	/** Adds labels, which are made where the repository does not have them; others stay. */
	addLabels(number: number, labels: readonly string[], signal: AbortSignal): Promise<void>;
	removeLabel(number: number, label: string, signal: AbortSignal): Promise<void>;
	/** People, or teams as `team:name` where the forge has them. Asking again is no error; asking the author is passed over. */
	requestReviewers(number: number, reviewers: readonly Login[], signal: AbortSignal): Promise<void>;
	/** All comments, the oldest first. */
	comments(number: number, signal: AbortSignal): Promise<readonly ForgeComment[]>;
	comment(number: number, body: string, signal: AbortSignal): Promise<ForgeComment>;
	editComment(number: number, id: string, body: string, signal: AbortSignal): Promise<void>;
	/** One review with a remark on each line; what a forge cannot place on a line goes into its body. */
	review(
		number: number,
		review: { readonly commit: CommitId; readonly body: string; readonly remarks: readonly LineRemark[] },
		signal: AbortSignal,
	): Promise<void>;
	setStatus(commit: CommitId, status: CommitStatus, signal: AbortSignal): Promise<void>;
	/** The newest state of each check. */
	checks(commit: CommitId, signal: AbortSignal): Promise<readonly Check[]>;
	/** Merges with a merge commit, or as the repository prefers, only if the head is exactly `head`. */
	merge(number: number, head: CommitId, signal: AbortSignal): Promise<MergeOutcome>;
	enableAutoMerge(number: number, head: CommitId, signal: AbortSignal): Promise<AutoMergeOutcome>;
	/** How a closed one was closed last; `byBranch: false` where the forge does not tell. */
	closure(number: number, signal: AbortSignal): Promise<Closure>;
	/** No error where it was not on. */
	disableAutoMerge(number: number, signal: AbortSignal): Promise<void>;
	permission(login: Login, signal: AbortSignal): Promise<Permission>;
	protection(branch: string, signal: AbortSignal): Promise<BranchProtection>;
}

/** When a call may be tried again: `never` until some input changes; `later` is minutes. */
export type ForgeRetry = 'soon' | 'later' | 'never';

/** A call to a forge that came to nothing, or whose answer was lost (then `isLost`: it may have been carried out). */
export class ForgeError extends ProblemError {
	readonly retry: ForgeRetry;
	/** As the forge said: not before this is over. */
	readonly retryAfter: Milliseconds | undefined;
	readonly isLost: boolean;

	constructor(
		problem: Problem,
		facts: {
			readonly retry: ForgeRetry;
			readonly retryAfter?: Milliseconds | undefined;
			readonly isLost?: boolean;
		},
		options?: ErrorOptions,
	) {
		super(problem, options);
		this.retry = facts.retry;
		this.retryAfter = facts.retryAfter;
		this.isLost = facts.isLost ?? false;
	}
}
