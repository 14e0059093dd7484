import { sweepMirror } from './mirror-upkeep.ts';
import { classifyFailure, type GitFailure } from './program/git-failure.ts';
import type { GitAnswer, GitProgram } from './program/git-program.ts';

export interface MendingParts {
	readonly git: GitProgram;
	readonly gitdir: string;
	/** Starts over with an empty mirror. */
	readonly remake: () => Promise<void>;
}

/** A fetch that failed so often is reason to look into the mirror itself, and again after so many more. */
const checkedFailures: { readonly first: number; readonly every: number } = { first: 3, every: 30 };

/**
 * git on the mirror, for one run at a time: removes locks that a killed git left, makes the mirror anew where it is
 * damaged, and asks again. What a fetch that failed left behind is removed.
 */
export function createMendingGit({ git, gitdir, remake }: MendingParts): GitProgram {
	let failedFetches = 0;

	/** Whether a fetch fails time and again because of the mirror, in words that are not known here. */
	const isBroken = async (answer: GitAnswer, isFetch: boolean, signal: AbortSignal): Promise<boolean> => {
		if (!isFetch) return false;
		failedFetches = answer.status === 0 ? 0 : failedFetches + 1;
		if (failedFetches % checkedFailures.every !== checkedFailures.first) return false;
		const check = await git.run(['fsck', '--no-dangling', '--no-progress'], signal);
		return check.status !== 0;
	};

	return {
		async run(args, signal, extras) {
			const isFetch = args[0] === 'fetch';
			let answer = await git.run(args, signal, extras);
			if (answer.status !== 0 && isFetch) await sweepMirror(gitdir);
			if (nameMirrorFailure(answer) === 'lock') {
				await sweepMirror(gitdir);
				answer = await git.run(args, signal, extras);
			}
			const failure = nameMirrorFailure(answer);
			const isDamaged = failure === 'mirror' || failure === 'lock';
			if (!isDamaged && !(await isBroken(answer, isFetch, signal))) return answer;
			await remake();
			return await git.run(args, signal, extras);
		},
	};
}

/** Whether git failed because of the mirror. */
export function isMirrorFailure(answer: GitAnswer): boolean {
	return nameMirrorFailure(answer) !== undefined;
}

function nameMirrorFailure({ status, stderr }: GitAnswer): GitFailure | undefined {
	const failure = status === 0 ? undefined : classifyFailure(stderr);
	return failure === 'mirror' || failure === 'lock' ? failure : undefined;
}
