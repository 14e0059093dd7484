import type { PullRequestChange } from '../change.ts';
import type { PolicyKey } from '../names.ts';
import type { PullRequestSettings } from '../policy.ts';
import type { Controls, PullRequestGroup } from '../pull-request.ts';
import type { Instant } from '../time.ts';
import type { CheckState, Login } from './forge.ts';
import type { CommitId } from './repository.ts';

/** What a pull request is about. */
export interface PullRequestFacts {
	readonly group: PullRequestGroup;
	readonly changes: readonly PullRequestChange[];
	/** The branch it is to be merged into. */
	readonly base: string;
	/** The commit it was made on. */
	readonly baseCommit: CommitId;
	readonly settings: PullRequestSettings;
	readonly controls: Controls;
	readonly state: 'open' | Withdrawn;
	/** The page of a file at a commit: made by the forge's own scheme; absent where it has none. */
	readonly fileUrl?: (path: string, commit: CommitId) => string | undefined;
}

/** A pull request that is needed no more. */
export interface Withdrawn {
	readonly at: Instant;
	/** Rendered reasons, for people. */
	readonly why: string;
}

/** What Spillway remembers in a pull request's body, out of people's sight: nothing else survives a lost disk. */
export interface PullRequestNote {
	readonly group: PullRequestGroup;
	/** Closed, or about to be, by Spillway. */
	readonly withdrawnAt?: Instant;
	/** The title as it was written last: another one is a person's. */
	readonly title: string;
	/**
	 * Of the text written last: what has it need not be written again. Whatever people do to the text, a ticked box for
	 * one, leaves it as it is; so does another commit in a link.
	 */
	readonly digest: string;
	/** Fingerprints of policies, and of policies with their episodes. */
	readonly members: readonly NoteMember[];
	/**
	 * There are too many members to be listed, so none is: every policy of the group whose episode began before the pull
	 * request was closed is one.
	 */
	readonly allMembers?: true;
	/** Steps that are done and are done only once: labels, reviewers, rungs. */
	readonly done: readonly string[];
	/** How often it was opened again. */
	readonly reopened: number;
}

export interface NoteMember {
	readonly policy: string;
	readonly episode: string;
}

/**
 * What is said in a comment. Each kind is said once per pull request and round: a pull request that is opened again may
 * say it once more. All texts are plain: what a forge would see more in is made harmless.
 */
export type CommentTopic =
	| { readonly kind: 'withdrawn'; readonly why: string; readonly round?: number }
	| { readonly kind: 'takenOver'; readonly why: 'push' | 'base'; readonly round?: number }
	| { readonly kind: 'vetoed'; readonly round?: number }
	| { readonly kind: 'duplicate'; readonly of: number }
	| {
			readonly kind: 'rung';
			readonly step: string;
			/** Told by the forge. `team:org/name` names a team. */
			readonly mentions: readonly Login[];
			readonly text: string;
			readonly round?: number;
	  }
	| { readonly kind: 'mergedLate'; readonly answer: string; readonly round?: number }
	/** The answer to the command of this id. */
	| { readonly kind: 'command'; readonly id: string; readonly text: string }
	/** The answer to a command that there is not: it says which there are. */
	| { readonly kind: 'unknownCommand'; readonly id: string; readonly text: string };

/** The statuses that Spillway sets, without their common beginning `spillway/`. */
export type StatusContext = 'validated' | 'still-needed' | 'applied';

/** The words of pull requests, which plan/ writes and deliver/ posts. */
export interface PullRequestText {
	/** `failover(shop/web): east → west`. */
	title(facts: PullRequestFacts): string;
	/**
	 * The body, at most 60 KiB, with the note in it. `existing`: the body as it is now, of which what people wrote
	 * outside our markers is kept.
	 */
	body(facts: PullRequestFacts, note: Omit<PullRequestNote, 'digest' | 'title'>, existing?: string): string;
	/** The note in a body; `undefined` where there is none, or somebody broke it. */
	readNote(body: string): PullRequestNote | undefined;
	/** A member's fingerprints. */
	memberOf(policy: PolicyKey, episode: string): NoteMember;
	/** A comment, with a hidden mark by which it is found again. */
	comment(topic: CommentTopic): string;
	/** Whether a comment is ours about this. */
	isAbout(body: string, topic: CommentTopic): boolean;
	/** Whether Spillway wrote a comment. */
	isOurs(body: string): boolean;
	/** What is said in a commit status, at most 140 characters: `0 of 1 split: vetoed by …`. */
	status(context: StatusContext, facts: PullRequestFacts, state: CheckState): string;
	/**
	 * What people ask for in a text: the slash commands of a comment, at the start of a line; the ticked boxes of a body,
	 * and nothing else of one.
	 */
	commands(text: string): readonly Command[];
}

/** A command as somebody wrote it. */
export type Command =
	| { readonly kind: 'hold'; readonly span: number }
	| { readonly kind: 'resume' | 'retry' | 'veto' | 'escalate' }
	/** `/spillway dance`: answered with what there is. */
	| { readonly kind: 'unknown'; readonly text: string };
