import type { CommitId, Repository } from '../model/ports/repository.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { type CommitSource, readHistory, searchAncestor } from './commit-history.ts';
import { fetchCommit } from './fetch-tip.ts';
import { readCommit } from './objects/commit-object.ts';
import { ObjectMissing } from './objects/object-error.ts';
import type { ObjectStore } from './objects/object-store.ts';
import { findDifferences } from './objects/tree-differences.ts';
import type { GitProgram } from './program/git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';
import type { TakeTurn } from './turns.ts';

export interface MirrorCommitsParts {
	readonly git: GitProgram;
	readonly remote: RemoteBranch;
	/** As they are. */
	readonly objects: ObjectStore;
	/** The same, with what fails explained. */
	readonly store: ObjectStore;
	readonly takeTurn: TakeTurn;
	/** Branches that may have a commit, likely ones first. */
	readonly recall: (commit: CommitId) => readonly string[];
	/** Called after each fetch. */
	readonly onFetch: () => void;
}

/** Keeps what was fetched for a history from being swept. */
const pastRef = 'refs/mirror/past';

/** What came before the tip. The mirror has the tip alone; more is fetched when it is asked for. */
export function createMirrorCommits(
	parts: MirrorCommitsParts,
): Pick<Repository, 'history' | 'ancestry' | 'differences'> {
	const { git, remote, objects, store, takeTurn, recall, onFetch } = parts;

	const open = (signal: AbortSignal): CommitSource => ({
		async read(commit) {
			signal.throwIfAborted();
			try {
				return readCommit(commit, await objects.read(commit, 'commit'));
			} catch (error) {
				if (error instanceof ObjectMissing) return undefined;
				return readCommit(commit, await store.read(commit, 'commit'));
			}
		},
		deepen: (commit, depth) =>
			takeTurn(async () => {
				const wanted = { commit, depth, ref: pastRef, branches: recall(commit) };
				await fetchCommit(git, remote, wanted, signal);
				onFetch();
			}, signal),
		explainEnd: (missing) => explainEnd(remote, missing),
	});
	const require = async (source: CommitSource, commit: CommitId): Promise<void> => {
		if ((await source.read(commit)) === undefined) await source.deepen(commit, 1);
		if ((await source.read(commit)) === undefined) throw source.explainEnd(commit);
	};

	return {
		async history(commit, limit, signal) {
			signal.throwIfAborted();
			return await readHistory(open(signal), commit, limit);
		},
		async ancestry(older, newer, signal) {
			signal.throwIfAborted();
			return await searchAncestor(open(signal), older, newer);
		},
		async differences(before, after, signal) {
			signal.throwIfAborted();
			const source = open(signal);
			await require(source, before);
			await require(source, after);
			return await findDifferences(store, { before, after }, signal);
		},
	};
}

function explainEnd({ display, branch }: RemoteBranch, missing: CommitId): ProblemError {
	const message = `the history of ${branch} cannot be had as far as commit ${missing.slice(0, 12)}`;
	return new ProblemError(problem('E_GIT_UNREACHABLE', { where: { kind: 'named', name: display }, message }));
}
