import type { CommitId } from '../model/ports/repository.ts';
import { type Problem, ProblemError, problem, showText } from '../model/problem.ts';
import { classifyFailure, describeFailure } from './git-failure.ts';
import type { GitAnswer, GitProgram } from './git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** How many branches are named where one is missing. */
const namedBranches = 5;

/** Asks the server for the branch's tip: far cheaper than a fetch, for both sides. Throws ProblemError. */
export async function readTip(git: GitProgram, remote: RemoteBranch, signal: AbortSignal): Promise<CommitId> {
	const head = `refs/heads/${remote.branch}`;
	const [tip] = await listBranches(git, remote, [head], signal);
	if (tip?.name === remote.branch) return tip.id;
	throw new ProblemError(describeMissing(remote, await listBranches(git, remote, [], signal)));
}

/** Fetches the tip's commit alone and points `ref` at it. Throws ProblemError. */
export async function fetchTip(
	git: GitProgram,
	remote: RemoteBranch,
	ref: string,
	signal: AbortSignal,
): Promise<void> {
	const options = ['--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--quiet'];
	const refspec = `+refs/heads/${remote.branch}:${ref}`;
	const answer = await git.run(['fetch', ...options, '--end-of-options', remote.url, refspec], signal);
	if (answer.status !== 0) throw new ProblemError(describeNoAnswer(remote, answer));
}

async function listBranches(
	git: GitProgram,
	remote: RemoteBranch,
	patterns: readonly string[],
	signal: AbortSignal,
): Promise<readonly { readonly id: CommitId; readonly name: string }[]> {
	const args = ['ls-remote', '--heads', '--quiet', '--end-of-options', remote.url, ...patterns];
	const answer = await git.run(args, signal);
	if (answer.status !== 0) throw new ProblemError(describeNoAnswer(remote, answer));
	const lines = answer.stdout.matchAll(/^([0-9a-f]+)\trefs\/heads\/(.*)$/gm);
	return [...lines].map(([, id = '', name = '']) => ({ id, name }));
}

function describeMissing(
	{ display, branch }: RemoteBranch,
	others: readonly { readonly name: string }[],
): Problem {
	const where = { kind: 'named', name: display } as const;
	if (others.length === 0) return problem('E_GIT_EMPTY', { where, message: 'the repository has no commits' });
	const expected = others.slice(0, namedBranches).map(({ name }) => showText(name));
	return problem('E_GIT_BRANCH', {
		where,
		message: `there is no branch ${branch}`,
		expected: expected.join(', '),
	});
}

function describeNoAnswer({ display }: RemoteBranch, { stderr }: GitAnswer): Problem {
	const code = classifyFailure(stderr) === 'auth' ? 'E_GIT_AUTH' : 'E_GIT_UNREACHABLE';
	return problem(code, { where: { kind: 'named', name: display }, message: describeFailure(stderr) });
}
