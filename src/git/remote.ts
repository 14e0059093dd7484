import type { CommitId } from '../model/ports/repository.ts';
import { type Problem, problem, showText } from '../model/problem.ts';
import { classifyFailure, describeFailure } from './git-failure.ts';
import type { GitAnswer, GitProgram } from './git-program.ts';

/** One branch on the server, as git sees it from the mirror. */
export interface Remote {
	/** Fetches the tip's commit alone and points `ref` at it. */
	fetchTip(ref: string, signal: AbortSignal): Promise<GitAnswer>;
	/** Why a fetch failed. Asks the server again where git's words do not tell. */
	explainFetch(answer: GitAnswer, signal: AbortSignal): Promise<Problem>;
	/** Swaps the branch from `expected` to `commit`, or leaves it. */
	push(commit: CommitId, expected: CommitId, signal: AbortSignal): Promise<GitAnswer>;
}

export interface RemoteOptions {
	readonly url: string;
	/** The URL for people. */
	readonly display: string;
	readonly branch: string;
}

/** How many branches are named where one is missing. */
const namedBranches = 5;

export function createRemote(git: GitProgram, { url, display, branch }: RemoteOptions): Remote {
	const head = `refs/heads/${branch}`;
	const where = { kind: 'named', name: display } as const;

	const explainMissing = async (signal: AbortSignal): Promise<Problem> => {
		const { status, stdout } = await git.run(['ls-remote', '--heads', '--end-of-options', url], signal);
		const branches = [...stdout.matchAll(/\trefs\/heads\/(.*)$/gm)].map(([, name = '']) => name);
		if (status === 0 && branches.length === 0) {
			return problem('E_GIT_EMPTY', { where, message: 'the repository has no commits' });
		}
		const message = `there is no branch ${branch}`;
		const expected = branches.slice(0, namedBranches).map((name) => showText(name));
		return problem('E_GIT_BRANCH', { where, message, expected: expected.join(', ') || undefined });
	};

	return {
		fetchTip(ref, signal) {
			const options = [
				'--depth=1',
				'--no-tags',
				'--no-write-fetch-head',
				'--no-recurse-submodules',
				'--quiet',
			];
			return git.run(['fetch', ...options, '--end-of-options', url, `+${head}:${ref}`], signal);
		},
		async explainFetch({ stderr }, signal) {
			switch (classifyFailure(stderr)) {
				case 'branch':
					return await explainMissing(signal);
				case 'auth':
					return problem('E_GIT_AUTH', { where, message: describeFailure(stderr) });
				case 'mirror':
				case 'other':
					return problem('E_GIT_UNREACHABLE', { where, message: describeFailure(stderr) });
			}
		},
		push(commit, expected, signal) {
			const options = ['--porcelain', '--no-recurse-submodules', `--force-with-lease=${head}:${expected}`];
			return git.run(['push', ...options, '--end-of-options', url, `${commit}:${head}`], signal);
		},
	};
}
