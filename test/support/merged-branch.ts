// What people make of our commit on a branch of its own.
import type { CommitId } from '../../src/model/ports/repository.ts';
import { commitChanges, type FileChanges } from '../../src/simulator/memory-history.ts';
import type { MemoryRepository } from '../../src/simulator/memory-repository.ts';

/** Commits to a branch that begins at the tip, and leaves the repository's own where it is. */
export function commitAside(repository: MemoryRepository, changes: FileChanges, message: string): CommitId {
	return repository.commitDirectly(changes, message, {}, 'spillway/failover/east');
}

/** Merges a commit into the repository's own branch, with what whoever merges changes beside. */
export function mergeCommit(
	{ server }: MemoryRepository,
	merged: CommitId,
	message: string,
	changes: FileChanges = {},
): CommitId {
	const { history, main } = server;
	const parent = server.tip(main);
	const changed = commitChanges(history, merged, changes, { message });
	const merge = history.addCommit(history.tree(changed), { parent, merged, message });
	server.move(main, merge);
	return merge;
}
