// What the branch would hold once a pull request is merged, as a repository to read from.
import type { BlobId, CommitId, FileDifference, Repository, TreeFile } from '../../model/ports/repository.ts';
import { ProblemError, problem } from '../../model/problem.ts';

/** What a head changed since it left the base. */
export interface HeadChange {
	/** The base's tip. */
	readonly base: CommitId;
	readonly head: CommitId;
	/** Sorted by path. */
	readonly files: readonly FileDifference[];
}

/** So much of what a head changed is read, in bytes: 10,000 policies of the usual size are less. */
export const maxChangedBytes = 8_388_608;

/**
 * The repository, but for commit `head`: that has the base's files with the head's changes on them. A file that both
 * sides changed is as the head has it. To read more than `maxChangedBytes` of the head's files throws ProblemError
 * with E_LIMIT.
 */
export function viewMerged(repository: Repository, change: HeadChange): Repository {
	const { base, head } = change;
	const changed = new Map(change.files.map((each) => [each.path, each.after]));
	const foreign = new Set<BlobId>([...changed.values()].flatMap((file) => file?.blob ?? []));
	let bytes = 0;
	return {
		...repository,
		async files(commit, folder, signal) {
			if (commit !== head) return await repository.files(commit, folder, signal);
			const prefix = folder === '' ? '' : `${folder}/`;
			const kept = ((await repository.files(base, folder, signal)) ?? []).filter(
				({ path }) => !changed.has(path),
			);
			const added = [...changed.values()].filter(
				(file): file is TreeFile => file?.path.startsWith(prefix) === true,
			);
			const all = [...kept, ...added].sort(byPath);
			return all.length === 0 && folder !== '' ? undefined : all;
		},
		async file(commit, path, signal) {
			if (commit !== head) return await repository.file(commit, path, signal);
			return changed.has(path) ? changed.get(path) : await repository.file(base, path, signal);
		},
		async read(blob, signal, limit) {
			const content = await repository.read(blob, signal, limit);
			if (foreign.has(blob)) bytes += content.length;
			if (bytes > maxChangedBytes) throw explainSize(head);
			return content;
		},
	};
}

function explainSize(head: CommitId): ProblemError {
	const where = { kind: 'named', name: `commit ${head.slice(0, 12)}` } as const;
	const message = 'more is changed than is looked at in one pull request';
	const expected = `at most ${maxChangedBytes / 1_048_576} MiB of changed files`;
	return new ProblemError(problem('E_LIMIT', { where, message, expected }));
}

function byPath(a: TreeFile, b: TreeFile): number {
	return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
