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
	/** Whole contents of files, new ones too; every other path is kept as it is. */
	readonly files: ReadonlyMap<string, Uint8Array>;
	readonly message: string;
	readonly author: Identity;
	/** Default: the author. */
	readonly committer?: Identity;
	readonly at: Instant;
}

/** What a commit says of itself. */
export interface CommitFacts {
	readonly id: CommitId;
	readonly parents: readonly CommitId[];
	readonly author: Identity;
	/** When it was committed, as the committer's clock said. */
	readonly at: Instant;
	/** Without the line ends that follow it. */
	readonly message: string;
}

/** A path whose file differs between two commits. */
export interface FileDifference {
	readonly path: string;
	readonly before?: TreeFile;
	readonly after?: TreeFile;
}

/** How a commit stands to one that came later. */
export type Ancestry = 'ancestor' | 'rewritten' | 'unknown';

/** How the server answered a push. */
export type PushOutcome =
	| { readonly kind: 'pushed' }
	/** The branch is not where it was expected: refresh, compute again, push again. */
	| { readonly kind: 'raced' }
	/** The server will not have it: protection, hook, rights. */
	| { readonly kind: 'refused'; readonly problem: Problem }
	/** The answer was lost: refresh and look before pushing again. */
	| { readonly kind: 'unknown'; readonly message: string };

/** Another branch of the server, and where it is to be. */
export interface BranchMove {
	readonly branch: string;
	/** Where it has to be; absent: it must not exist. */
	readonly expected?: CommitId;
	/** Where it is to be; absent: it is deleted. */
	readonly commit?: CommitId;
}

/** One branch of one Git repository. Never a work tree. */
export interface Repository {
	/** The URL without credentials, for people. */
	readonly url: string;
	readonly branch: string;
	/** Fetches the branch and returns its tip. Throws ProblemError when it cannot be had. */
	refresh(signal: AbortSignal): Promise<CommitId>;
	/**
	 * The tip that was last fetched or pushed, without asking the server: good enough to build a commit on, since
	 * a push tells when it is old.
	 */
	held(): CommitId | undefined;
	/**
	 * The commit and its first parents, newest first, at most `limit` of them; fetches what the mirror lacks.
	 * Throws ProblemError when it cannot be had.
	 */
	history(commit: CommitId, limit: number, signal: AbortSignal): Promise<readonly CommitFacts[]>;
	/**
	 * Whether the branch went on from `older` to `newer`, along any parents, or was rewritten in between; `unknown`
	 * where that is further back than is looked. Fetches what the mirror lacks. Throws ProblemError when it cannot be
	 * had.
	 */
	ancestry(older: CommitId, newer: CommitId, signal: AbortSignal): Promise<Ancestry>;
	/** What differs between two commits, sorted by path. Reads only trees that differ. */
	differences(before: CommitId, after: CommitId, signal: AbortSignal): Promise<readonly FileDifference[]>;
	/** Every file below a folder ('' = the root), sorted by path; `undefined` where there is no such folder. */
	files(commit: CommitId, folder: string, signal: AbortSignal): Promise<readonly TreeFile[] | undefined>;
	/** The file at exactly this path, `undefined` when there is none. */
	file(commit: CommitId, path: string, signal: AbortSignal): Promise<TreeFile | undefined>;
	/**
	 * A file's bytes. Of one that has more than `limit`, the first `limit` + 1: its length tells, and no more of it is
	 * read. Without a limit, a file of more than 16 MiB throws ProblemError.
	 */
	read(blob: BlobId, signal: AbortSignal, limit?: number): Promise<Uint8Array>;
	/**
	 * Writes the objects of a new commit, signed where that is configured; the branch does not move. Without a
	 * signature the same input has the same id. Throws ProblemError where it cannot be signed, or where a path leads
	 * through or to something else than folders and a file.
	 */
	commit(commit: NewCommit, signal: AbortSignal): Promise<CommitId>;
	/** Moves the server's branch from `expected` to `commit`, or not at all. Never throws for an answer. */
	push(commit: CommitId, expected: CommitId, signal: AbortSignal): Promise<PushOutcome>;
}

/** The other branches of the repository's server, which Spillway makes for pull requests. */
export interface Branches {
	/** The server's branches whose names begin with `prefix`, and where they are. Throws ProblemError. */
	branches(prefix: string, signal: AbortSignal): Promise<ReadonlyMap<string, CommitId>>;
	/**
	 * Moves another branch of the server, or leaves it where it is; deleting what is gone is no race. Never throws for
	 * an answer.
	 */
	pushBranch(move: BranchMove, signal: AbortSignal): Promise<PushOutcome>;
}
