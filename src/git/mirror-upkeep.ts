import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../model/ports/repository.ts';
import type { GitProgram } from './program/git-program.ts';

/** What a git that was killed leaves behind: locks nobody holds, and files nobody reads. */
const leftovers = /\.lock$|^gc\.pid$|^tmp_|\.tmp$/;

/** Where those are. Loose objects' own are swept by git. */
const sweptFolders = ['', 'objects', 'objects/pack', 'refs', 'refs/mirror'];

/**
 * Removes what earlier runs of git left in the mirror. Only while none is at work: the mirror has one owner, which
 * lets one fetch or housekeeping run at a time.
 */
export async function sweepMirror(gitdir: string): Promise<void> {
	for (const folder of sweptFolders) {
		const path = join(gitdir, folder);
		const names = await readdir(path).catch(() => []);
		for (const name of names.filter((each) => leftovers.test(each))) {
			await rm(join(path, name), { force: true, recursive: true }).catch(() => undefined);
		}
	}
}

/** Fetches and commits after which housekeeping looks whether there is enough to do: in the calm, and at any rate. */
const changesBetween = { calm: 50, busy: 500 } as const;

/** Keeps the number of packs and loose objects small; boundaries of shallow history go with them, after an hour. */
export interface Upkeep {
	/** To be called for each fetch and commit. */
	noteChange(): void;
	/** Whether it is time, now that the branch moves or does not. */
	isDue(pace: 'calm' | 'busy'): boolean;
	/** To be called while no fetch is at work; a push or a commit may be. Failing is no harm. */
	run(
		git: GitProgram,
		kept: { readonly ref: string; readonly commit: CommitId },
		signal: AbortSignal,
	): Promise<void>;
}

export function createUpkeep(): Upkeep {
	let changes = 0;
	return {
		noteChange() {
			changes += 1;
		},
		isDue: (pace) => changes >= changesBetween[pace],
		async run(git, { ref, commit }, signal) {
			changes = 0;
			// What was pushed since the last fetch has no name in the mirror yet, and git sweeps what has none.
			const named = await git.run(['update-ref', ref, commit], signal);
			if (named.status === 0) await git.run(['gc', '--auto', '--quiet'], signal);
		},
	};
}
