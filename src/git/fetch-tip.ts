import type { CommitId } from '../model/ports/repository.ts';
import { type Problem, ProblemError, problem, showText } from '../model/problem.ts';
import { classifyFailure, describeFailure } from './program/git-failure.ts';
import type { GitAnswer, GitProgram } from './program/git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** How many branches are named where one is missing. */
const namedBranches = 5;

const fetchOptions = ['--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--quiet'];

/** Asks the server for the branch's tip: far cheaper than a fetch, for both sides. Throws ProblemError. */
export async function readTip(git: GitProgram, remote: RemoteBranch, signal: AbortSignal): Promise<CommitId> {
	const head = `refs/heads/${remote.branch}`;
	const [tip] = await listBranches(git, remote, [head], signal);
	if (tip?.name === remote.branch) return tip.id;
	throw await explainMissing(git, remote, signal);
}

/** Why there is no such branch: perhaps it has another name. Throws ProblemError when the server does not answer. */
export async function explainMissing(
	git: GitProgram,
	remote: RemoteBranch,
	signal: AbortSignal,
): Promise<ProblemError> {
	return new ProblemError(describeMissing(remote, await listBranches(git, remote, [], signal)));
}

/** Fetches the tip's commit alone and points `ref` at it; false when there is no such branch. Throws ProblemError. */
export async function fetchTip(
	git: GitProgram,
	remote: RemoteBranch,
	ref: string,
	signal: AbortSignal,
): Promise<boolean> {
	return await fetchBranch(git, remote, { branch: remote.branch, depth: 1, ref }, signal);
}

export interface WantedCommit {
	readonly commit: CommitId;
	/** Generations, the commit's own included. */
	readonly depth: number;
	/** What keeps it, and what came with it, in the mirror. */
	readonly ref: string;
	/** Branches that may have it, likely ones first; the one that is mirrored where nothing else is known. */
	readonly branches?: readonly string[];
}

/** How far behind the tip of a branch a commit is looked for that is not given out by its name. */
const searchedDepth = 64;

/**
 * Fetches a commit and what came before it, by its name. A server that gives out nothing but branches is asked for
 * those which may have it, until one does; whether any did is to be looked at. Throws ProblemError.
 */
export async function fetchCommit(
	git: GitProgram,
	remote: RemoteBranch,
	{ commit, depth, ref, branches = [remote.branch] }: WantedCommit,
	signal: AbortSignal,
): Promise<void> {
	const byName = await git.run(composeFetch(remote, depth, `+${commit}:${ref}`), signal);
	if (byName.status === 0) return;
	const isRefused = /not our ref|unadvertised object|not a valid|no such remote ref/i.test(byName.stderr);
	if (!isRefused) throw new ProblemError(describeNoAnswer(remote, byName));
	for (const branch of branches) {
		const isThere = await fetchBranch(git, remote, { branch, depth: depth + searchedDepth, ref }, signal);
		if (!isThere) continue;
		const found = await git.run(['merge-base', '--is-ancestor', commit, ref], signal);
		if (found.status === 0) return;
	}
}

interface WantedBranch {
	readonly branch: string;
	readonly depth: number;
	readonly ref: string;
}

/** False when there is no such branch. Throws ProblemError. */
async function fetchBranch(
	git: GitProgram,
	remote: RemoteBranch,
	{ branch, depth, ref }: WantedBranch,
	signal: AbortSignal,
): Promise<boolean> {
	const head = `refs/heads/${branch}`;
	const answer = await git.run(composeFetch(remote, depth, `+${head}:${ref}`), signal);
	if (answer.stderr.includes(`couldn't find remote ref ${head}`)) return false;
	if (answer.status !== 0) throw new ProblemError(describeNoAnswer(remote, answer));
	return true;
}

/** What a fetch, or a look at the branches, failed of. */
export function describeNoAnswer({ display }: RemoteBranch, answer: GitAnswer): Problem {
	if (answer.problem !== undefined) return answer.problem;
	const facts = { where: { kind: 'named', name: display } as const, message: describeFailure(answer.stderr) };
	switch (classifyFailure(answer.stderr)) {
		case 'auth':
			return problem('E_GIT_AUTH', facts);
		case 'absent':
			return problem('E_GIT_REPOSITORY', facts);
		case 'disk':
			return problem('E_GIT_MIRROR', facts);
		case 'lock':
		case 'mirror':
		case 'other':
			return problem('E_GIT_UNREACHABLE', facts);
	}
}

function composeFetch({ url }: RemoteBranch, depth: number, refspec: string): readonly string[] {
	return ['fetch', `--depth=${depth}`, ...fetchOptions, '--end-of-options', url, refspec];
}

/** The server's branches that match one of the patterns; without any, all. Throws ProblemError. */
export async function listBranches(
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
