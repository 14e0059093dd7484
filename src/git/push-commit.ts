import type { BranchMove, CommitId } from '../model/ports/repository.ts';
import type { GitAnswer, GitProgram } from './program/git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** Swaps the server's branch from `expected` to `commit`, or leaves it where it is. */
export function pushCommit(
	git: GitProgram,
	remote: RemoteBranch,
	{ commit, expected }: { readonly commit: CommitId; readonly expected: CommitId },
	signal: AbortSignal,
): Promise<GitAnswer> {
	return pushBranch(git, remote, { branch: remote.branch, commit, expected }, signal);
}

/** Makes, moves or deletes a branch of the server that is where it is expected, or leaves it where it is. */
export function pushBranch(
	git: GitProgram,
	{ url }: RemoteBranch,
	{ branch, expected = '', commit = '' }: BranchMove,
	signal: AbortSignal,
): Promise<GitAnswer> {
	const head = `refs/heads/${branch}`;
	const options = ['--porcelain', '--no-recurse-submodules', `--force-with-lease=${head}:${expected}`];
	return git.run(['push', ...options, '--end-of-options', url, `${commit}:${head}`], signal);
}
