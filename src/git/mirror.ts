import type { CommitId, Repository } from '../model/ports/repository.ts';
import { ProblemError, problem, showText } from '../model/problem.ts';
import { fetchTip, readTip } from './fetch-tip.ts';
import { classifyFailure } from './git-failure.ts';
import { createGitProgram, type Environment, type GitAnswer, type GitProgram } from './git-program.ts';
import { checkGitVersion } from './git-version.ts';
import { type GitAccess, prepareMirror, remakeMirror } from './mirror-folder.ts';
import { type ObjectStore, openObjectStore } from './object-store.ts';
import { pushCommit } from './push-commit.ts';
import { classifyPush } from './push-outcome.ts';
import { checkRemote, type RemoteOptions } from './remote-branch.ts';
import { findFile, listFiles } from './tree-files.ts';
import { createTurns } from './turns.ts';
import { writeCommit } from './write-commit.ts';

export interface RepositoryOptions extends RemoteOptions, GitAccess {
	/** For the mirror alone; made where it is missing. Only one process may use it at a time. */
	readonly folder: string;
	/** The process's own; git sees little of it. */
	readonly environment: Environment;
}

/** The mirror's name for the tip, the same for every branch. */
const tipRef = 'refs/mirror/tip';

/**
 * One branch of a repository over a bare mirror in `folder`. git fetches and pushes; trees, blobs and commits are
 * read and written in process. A damaged mirror is deleted and fetched anew. Throws ProblemError where the URL,
 * the branch's name or the git program is of no use; the server is not asked yet.
 */
export async function openRepository(options: RepositoryOptions, signal: AbortSignal): Promise<Repository> {
	const { folder, environment } = options;
	const remote = checkRemote(options);
	const { gitdir, home } = await prepareMirror(folder, options);
	const protocols = remote.protocol === 'http' ? 'http:https' : remote.protocol;
	const git = createGitProgram({ gitdir, home, environment, protocols });
	await checkGitVersion(git, signal);
	const objects = await openObjectStore(gitdir);
	const takeTurn = createTurns();
	/** The newest tip that the mirror is known to hold. */
	let held: CommitId | undefined;
	let isDamaged = false;

	const noteDamage = () => {
		isDamaged = true;
	};
	const remake = async () => {
		await remakeMirror(folder, options);
		held = undefined;
		isDamaged = false;
	};
	const fetchingGit = mendOnce(git, remake);
	const store = reportDamage(objects, remote.display, noteDamage);

	const refresh = async (caller: AbortSignal): Promise<CommitId> => {
		if (isDamaged) await remake();
		const tip = await readTip(fetchingGit, remote, caller);
		if (tip === held) return tip;
		await fetchTip(fetchingGit, remote, tipRef, caller);
		await objects.notePacks();
		held = await objects.resolve(tipRef);
		return held;
	};

	return {
		url: remote.display,
		branch: remote.branch,
		// git locks the mirror while it fetches.
		refresh: (caller) => takeTurn(() => refresh(caller), caller),
		files: (commit, below, caller) => listFiles(store, commit, below, caller),
		file: (commit, path, caller) => findFile(store, commit, path, caller),
		async read(blob, caller) {
			caller.throwIfAborted();
			return await store.read(blob, 'blob');
		},
		commit: (commit, caller) => writeCommit(store, commit, caller),
		async push(commit, expected, caller) {
			const answer = await pushCommit(git, remote, { commit, expected }, caller);
			if (isMirrorFailure(answer)) noteDamage();
			const outcome = classifyPush(answer, remote);
			// The parent is held, and with it all that the commit did not bring.
			if (outcome.kind === 'pushed' && expected === held) held = commit;
			return outcome;
		},
	};
}

/** Makes the mirror anew where git finds it damaged, and asks git again. */
function mendOnce(git: GitProgram, remake: () => Promise<void>): GitProgram {
	return {
		async run(args, signal) {
			const answer = await git.run(args, signal);
			if (!isMirrorFailure(answer)) return answer;
			await remake();
			return await git.run(args, signal);
		},
	};
}

/** A read of what git says it has fails only where the mirror is damaged. */
function reportDamage(objects: ObjectStore, display: string, report: () => void): ObjectStore {
	const where = { kind: 'named', name: display } as const;
	const remedy = 'nothing to do: the mirror is made anew with the next fetch';
	return {
		async read(id, type) {
			try {
				return await objects.read(id, type);
			} catch (error) {
				report();
				const message = `the local mirror has no ${type} ${showText(id)}`;
				throw new ProblemError(problem('E_GIT_UNREACHABLE', { where, message, remedy }), { cause: error });
			}
		},
		write: objects.write,
	};
}

function isMirrorFailure({ status, stderr }: GitAnswer): boolean {
	return status !== 0 && classifyFailure(stderr) === 'mirror';
}
