import type { CommitStatus, PullRequest } from '../../model/ports/forge.ts';
import type { CommentTopic } from '../../model/ports/pull-request-text.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { PullRequestEvent, PullRequestView } from '../../model/pull-request.ts';
import type { Instant } from '../../model/time.ts';

/** One call that brings a group's pull request closer to what it should be. Each may be done twice without harm. */
export type Action =
	| PushStep
	| { readonly kind: 'deleteBranch'; readonly expected: CommitId }
	| StatusStep
	| CreateStep
	| ReopenStep
	| CloseStep
	| MergeStep
	| WriteStep
	| SayStep
	| BoxStep
	| LabelStep
	| AskStep
	| CancelStep;

export type Step = Action | Settled;

/** Puts the branch at the one commit, in the place of `expected`; absent: where there is none. */
export interface PushStep {
	readonly kind: 'push';
	readonly expected?: CommitId;
}

export interface StatusStep {
	readonly kind: 'setStatus';
	readonly commit: CommitId;
	readonly status: CommitStatus;
}

export interface CreateStep {
	readonly kind: 'create';
	readonly title: string;
	readonly body: string;
}

/** What a step on one pull request says: which one, and what people are told of it. */
interface PullStep {
	readonly pull: PullRequest;
	readonly event?: PullRequestEvent;
}

export interface ReopenStep extends PullStep {
	readonly kind: 'reopen';
}

export interface CloseStep extends PullStep {
	readonly kind: 'close';
	/** Said right before. */
	readonly topic?: CommentTopic;
}

export interface MergeStep extends PullStep {
	readonly kind: 'merge';
	readonly head: CommitId;
}

export interface WriteStep extends PullStep {
	readonly kind: 'write';
	readonly title?: string;
	readonly body: string;
}

export interface SayStep extends PullStep {
	readonly kind: 'say';
	readonly topic: CommentTopic;
}

/** Writes a ticked box down as a command. */
export interface BoxStep extends PullStep {
	readonly kind: 'noteBox';
	readonly command: string;
}

export interface LabelStep extends PullStep {
	readonly kind: 'label';
	readonly labels: readonly string[];
}

export interface AskStep extends PullStep {
	readonly kind: 'ask';
	readonly reviewers: readonly string[];
	/** What is done then, and not again. */
	readonly done: string;
}

export interface CancelStep extends PullStep {
	readonly kind: 'cancelAutoMerge';
}

/** There is nothing to do for now. */
export interface Settled {
	readonly kind: 'settled';
	/** Of the open pull request. */
	readonly view?: PullRequestView;
	/** What keeps it from being opened. */
	readonly obstacle?: 'budget' | 'foreignBranch';
	/** Its policies are to say that they still want it: it is about to be merged. */
	readonly mustConfirm?: true;
	/** When to look again without any news; absent: never. */
	readonly lookAt?: Instant;
}
