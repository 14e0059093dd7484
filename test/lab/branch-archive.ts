import { join } from 'node:path';
import { createGitProgram, type GitProgram } from '../../src/git/program/git-program.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';

/** One branch, wherever it is. */
export interface BranchPlace {
	/** http, https or file. */
	readonly url: string;
	readonly branch: string;
}

/** The tip of a branch, as archives. */
export interface BranchArchive {
	/** Resolves to the tip; throws the last thing that git says of why not. */
	fetch(place: BranchPlace, signal: AbortSignal): Promise<CommitId>;
	/** Packs the tree of a commit that was fetched as tar.gz. The same commit makes the same bytes. */
	pack(commit: CommitId, file: string): Promise<void>;
}

/** By a shallow mirror in `folder`, which must be empty. */
export async function openBranchArchive(folder: string): Promise<BranchArchive> {
	const git = createGitProgram({
		gitdir: join(folder, 'mirror.git'),
		home: folder,
		environment: process.env,
		protocols: 'file:http:https',
	});
	const never = new AbortController().signal;
	await run(git, ['init', '--quiet', '--bare'], never);
	return {
		async fetch({ url, branch }, caller) {
			const options = ['--quiet', '--depth=1', '--no-tags'];
			const refspec = `+refs/heads/${branch}:refs/heads/tip`;
			await run(git, ['fetch', ...options, '--end-of-options', url, refspec], caller);
			return (await run(git, ['rev-parse', 'refs/heads/tip'], caller)).trim();
		},
		async pack(commit, file) {
			await run(git, ['archive', '--format=tar.gz', `--output=${file}`, commit], never);
		},
	};
}

async function run(git: GitProgram, args: readonly string[], signal: AbortSignal): Promise<string> {
	const { status, stdout, stderr } = await git.run(args, signal);
	if (status === 0) return stdout;
	throw new Error(stderr.trim().split('\n').at(-1) || `git ${args[0]} ended with ${status}`);
}
