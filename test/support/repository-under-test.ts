import type { ExecutionContext } from 'ava';
import type { CommitId, NewCommit, Repository } from '../../src/model/ports/repository.ts';
import type { PushFailure } from '../../src/simulator/memory-faults.ts';
import type { Authorship, FileChanges, LoggedCommit, NewFiles } from '../../src/simulator/memory-history.ts';

/** A branch on a server, of whatever kind, and what the contract does to it behind the port's back. */
export interface RemoteUnderTest {
	/** The port, as one more process would have it. */
	open(): Promise<Repository>;
	commitDirectly(changes: FileChanges, message: string, by?: Authorship): Promise<CommitId>;
	/** Puts the branch on another commit, as a forced push does. */
	moveBranch(commit: CommitId): Promise<void>;
	deleteBranch(): Promise<void>;
	/** The server says "simulated refusal" where it refuses. */
	failNextPush(failure: Exclude<PushFailure, 'raced'>): Promise<void>;
	/** Newest first. */
	log(): Promise<readonly LoggedCommit[]>;
}

/** Makes a branch `main` whose first commit holds these files; without files it has no commit. */
export type MakeRemote = (t: ExecutionContext, files: NewFiles) => Promise<RemoteUnderTest>;

const author = { name: 'Spillway', email: 'spillway@example.com' };

interface CommitInput {
	readonly parent: CommitId;
	readonly files: Readonly<Record<string, string>>;
	readonly message?: string;
}

/** A commit by Spillway that gives these files these texts. */
export function aCommit({ parent, files, message = 'a change' }: CommitInput): NewCommit {
	const contents = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
	return { parent, files: contents, message, author, at: 1_750_000_000_000 };
}

/** The text of a file that the commit has. */
export async function readText(repository: Repository, commit: CommitId, path: string): Promise<string> {
	const { signal } = new AbortController();
	const file = await repository.file(commit, path, signal);
	if (file === undefined) throw new RangeError(`there is no ${path}`);
	return Buffer.from(await repository.read(file.blob, signal)).toString();
}
