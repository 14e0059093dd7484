import type { CommitFacts, CommitId, Identity } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import type { PushCheck } from '../memory-server.ts';
import type { MergeStyle } from './records.ts';

/** What a merge is to make. */
export interface MergeOrder {
	readonly base: string;
	/** Where the base has to be. */
	readonly baseCommit: CommitId;
	readonly head: CommitId;
	readonly style: MergeStyle;
	readonly message: string;
	readonly by: Identity;
	readonly at: Instant;
}

export type MergeResult =
	| { readonly kind: 'merged'; readonly commit: CommitId }
	| { readonly kind: 'conflict' }
	/** The base is not where it has to be. */
	| { readonly kind: 'raced' };

/** What the forge does to the Git repository behind pull requests. One call at a time. */
export interface ForgeRepository {
	branches(): Promise<ReadonlyMap<string, CommitId>>;
	/** `undefined` where there is no such commit. */
	read(commit: CommitId): Promise<CommitFacts | undefined>;
	/** Where two lines of commits parted; `undefined` where they have nothing in common. */
	mergeBase(base: CommitId, head: CommitId): Promise<CommitId | undefined>;
	canMerge(base: CommitId, head: CommitId): Promise<boolean>;
	merge(order: MergeOrder): Promise<MergeResult>;
	/** Puts a branch elsewhere; absent: deletes it. False where it is not where it is expected. */
	move(branch: string, expected: CommitId | undefined, commit?: CommitId): Promise<boolean>;
	/** What the head changes since it parted from the base, as `git diff` prints it; where that can be had. */
	diff(base: CommitId, head: CommitId): Promise<string>;
	/** How many lines that adds to each file and takes away. */
	changes(base: CommitId, head: CommitId): Promise<readonly FileChange[]>;
	/** The lines of a file; `undefined` where the commit has no such file. */
	readLines(commit: CommitId, path: string): Promise<readonly string[] | undefined>;
	/** Calls the listener after each change that was not made here, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Has pushes refused, in words: by branch and whoever pushes. */
	guard(check: PushCheck): void;
}

export interface FileChange {
	readonly path: string;
	readonly added: number;
	readonly removed: number;
}
