import type { Problem } from '../problem.ts';
import type { Instant } from '../time.ts';

/** A commit's object id, in full. */
export type CommitId = string;

/** A blob's object id, in full: equal ids mean equal bytes. */
export type BlobId = string;

/** A file of a commit. Symlinks and submodules are listed, so that they can be refused by name. */
export interface TreeFile {
	readonly path: string;
	readonly blob: BlobId;
	readonly mode: 'file' | 'executable' | 'symlink' | 'submodule';
}

export interface Identity {
	readonly name: string;
	readonly email: string;
}

export interface NewCommit {
	readonly parent: CommitId;
	/** Whole new contents of files that exist in the parent; every other path is kept as it is. */
	readonly files: ReadonlyMap<string, Uint8Array>;
	readonly message: string;
	readonly author: Identity;
	readonly at: Instant;
}

/** How the server answered a push. */
export type PushOutcome =
	| { readonly kind: 'pushed' }
	/** The branch is not where it was expected: refresh, compute again, push again. */
	| { readonly kind: 'raced' }
	/** The server will not have it: protection, hook, rights. */
	| { readonly kind: 'refused'; readonly problem: Problem }
	/** The answer was lost: refresh and look before pushing again. */
	| { readonly kind: 'unknown'; readonly message: string };

/** One branch of one Git repository. Never a work tree. */
export interface Repository {
	/** The URL without credentials, for people. */
	readonly url: string;
	readonly branch: string;
	/** Fetches the branch and returns its tip. Throws ProblemError when it cannot be had. */
	refresh(signal: AbortSignal): Promise<CommitId>;
	/** Every file below a folder ('' = the root), sorted by path; `undefined` where there is no such folder. */
	files(commit: CommitId, folder: string, signal: AbortSignal): Promise<readonly TreeFile[] | undefined>;
	/** The file at exactly this path, `undefined` when there is none. */
	file(commit: CommitId, path: string, signal: AbortSignal): Promise<TreeFile | undefined>;
	read(blob: BlobId, signal: AbortSignal): Promise<Uint8Array>;
	/** Writes the objects of a new commit; the branch does not move. Same input, same id. */
	commit(commit: NewCommit, signal: AbortSignal): Promise<CommitId>;
	/** Moves the server's branch from `expected` to `commit`, or not at all. Never throws for an answer. */
	push(commit: CommitId, expected: CommitId, signal: AbortSignal): Promise<PushOutcome>;
}
