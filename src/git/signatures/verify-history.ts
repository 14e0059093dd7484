import type { CommitId } from '../../model/ports/repository.ts';
import { ProblemError, problem, showText } from '../../model/problem.ts';
import { fetchCommit } from '../fetch-tip.ts';
import type { MirrorParts } from '../mirror.ts';
import { ObjectMissing } from '../objects/object-error.ts';

/** Commit objects of a branch whose mirror holds as much of its history as was needed so far. */
export interface CommitHistory {
	/** The commit object's content; `undefined` where the mirror does not hold it. Throws ProblemError. */
	read(commit: CommitId, signal: AbortSignal): Promise<Uint8Array | undefined>;
	/** Fetches whatever lies within `depth` generations of the commit, along every parent. Throws ProblemError. */
	deepen(commit: CommitId, depth: number, signal: AbortSignal): Promise<void>;
}

/** Keeps what was fetched for a verification from being swept. */
const verifiedRef = 'refs/mirror/verified';

/** The history of a mirror's branch. */
export function openCommitHistory({ git, remote, objects, takeTurn }: MirrorParts): CommitHistory {
	return {
		async read(commit, signal) {
			signal.throwIfAborted();
			try {
				return await objects.read(commit, 'commit');
			} catch (error) {
				if (error instanceof ObjectMissing) return undefined;
				const where = { kind: 'named', name: remote.display } as const;
				const message = `the local mirror cannot read commit ${showText(commit)}`;
				throw new ProblemError(problem('E_GIT_UNREACHABLE', { where, message }), { cause: error });
			}
		},
		// git locks the mirror while it fetches.
		deepen: (commit, depth, signal) =>
			takeTurn(() => fetchCommit(git, remote, { commit, depth, ref: verifiedRef }, signal), signal),
	};
}
