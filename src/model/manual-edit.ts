import type { CommitId } from './ports/repository.ts';
import type { Instant, Milliseconds } from './time.ts';
import type { Weights } from './weights.ts';

/** A person's commit that changed a target's weights and nothing else, or took back one of ours. */
export interface ManualEdit {
	readonly commit: CommitId;
	/** `Ada <ada@example.org>`, as the commit says. */
	readonly author: string;
	/** The weights it left. */
	readonly found: Weights;
	/** The decided weights that it is held against; once others are decided, an adopted edit is no longer held. */
	readonly against: Weights;
	/** How long it is held, from its commit's date on; absent for an adopted one. */
	readonly hold?: Milliseconds;
	/** When that is over, and it is written over; absent for an adopted one. */
	readonly until?: Instant;
	/** It is held no more: the next commit writes over it. */
	readonly released?: true;
}

/** What a commit delivery has to know to tell a person's edit from a stale state. */
export interface ManualEditRule {
	readonly action: 'Hold' | 'Adopt';
	/** How long an edit is held, from its commit's date on. */
	readonly hold: Milliseconds;
	/** What the branch carries when nobody intervened: before our first commit of the episode, and after it. */
	readonly expected: readonly Weights[];
	/** An edit that is held no more, whatever its date says. */
	readonly released?: CommitId;
}
