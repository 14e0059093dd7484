import type { Closure, ForgeComment, PullRequest } from '../../model/ports/forge.ts';
import type { PullRequestNote } from '../../model/ports/pull-request-text.ts';
import type { Controls } from '../../model/pull-request.ts';
import type { GivenCommand } from './controls.ts';

/** A pull request and what was said about it. */
export interface Subject {
	readonly pull: PullRequest;
	/** Absent where it is not ours, or somebody broke it. */
	readonly note?: PullRequestNote;
	/** Of one that Spillway did not close. */
	readonly closure?: Closure;
	/** Ours: what others mark as such counts for nothing. */
	readonly comments: readonly ForgeComment[];
	readonly commands: readonly GivenCommand[];
	readonly controls: Controls;
}
