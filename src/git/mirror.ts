import type { CommitId, Repository } from '../model/ports/repository.ts';
import { ProblemError, problem, showText } from '../model/problem.ts';
import { checkBranchName } from './branch-name.ts';
import { classifyFailure } from './git-failure.ts';
import { createGitProgram, type Environment, type GitAnswer } from './git-program.ts';
import { checkGitVersion } from './git-version.ts';
import { type GitAccess, prepareMirror, remakeMirror } from './mirror-folder.ts';
import { type ObjectStore, openObjectStore } from './object-store.ts';
import { classifyPush } from './push-outcome.ts';
import { createRemote } from './remote.ts';
import { checkRepositoryUrl } from './repository-url.ts';
import { findFile, listFiles } from './tree-files.ts';
import { createTurns } from './turns.ts';
import { writeCommit } from './write-commit.ts';

export interface RepositoryOptions extends GitAccess {
	readonly url: string;
	readonly branch: string;
	/** For the mirror alone; made where it is missing. Only one process may use it at a time. */
	readonly folder: string;
	/** The process's own; git sees little of it. */
	readonly environment: Environment;
	/** Also takes http, file and local paths: for tests and demos. */
	readonly allowInsecure?: boolean;
}

/** The mirror's name for the tip, the same for every branch. */
const tipRef = 'refs/mirror/tip';

/**
 * One branch of a repository over a bare mirror in `folder`. git fetches and pushes; trees, blobs and commits are
 * read and written in process. A damaged mirror is deleted and fetched anew. Throws ProblemError where the URL,
 * the branch's name or the git program is of no use; the server is not asked yet.
 */
export async function openRepository(options: RepositoryOptions, signal: AbortSignal): Promise<Repository> {
	const { folder, branch, environment } = options;
	const { url, display, protocol } = checkPlace(options);
	const { gitdir, home } = await prepareMirror(folder, options);
	const protocols = protocol === 'http' ? 'http:https' : protocol;
	const git = createGitProgram({ gitdir, home, environment, protocols });
	await checkGitVersion(git, signal);
	const remote = createRemote(git, { url, display, branch });
	const objects = await openObjectStore(gitdir);
	const takeTurn = createTurns();
	let isDamaged = false;

	const store = reportDamage(objects, display, () => {
		isDamaged = true;
	});
	const fetchTip = async (caller: AbortSignal): Promise<CommitId> => {
		if (isDamaged) await remakeMirror(folder, options);
		isDamaged = false;
		let answer = await remote.fetchTip(tipRef, caller);
		if (isMirrorFailure(answer)) {
			await remakeMirror(folder, options);
			answer = await remote.fetchTip(tipRef, caller);
		}
		if (answer.status !== 0) throw new ProblemError(await remote.explainFetch(answer, caller));
		await objects.notePacks();
		return objects.resolve(tipRef);
	};

	return {
		url: display,
		branch,
		// git locks the mirror while it fetches.
		refresh: (caller) => takeTurn(() => fetchTip(caller), caller),
		files: (commit, below, caller) => listFiles(store, commit, below, caller),
		file: (commit, path, caller) => findFile(store, commit, path, caller),
		async read(blob, caller) {
			caller.throwIfAborted();
			return await store.read(blob, 'blob');
		},
		commit: (commit, caller) => writeCommit(store, commit, caller),
		async push(commit, expected, caller) {
			const answer = await remote.push(commit, expected, caller);
			if (isMirrorFailure(answer)) isDamaged = true;
			return classifyPush(answer, { url: display, branch });
		},
	};
}

function checkPlace({ url, branch, allowInsecure = false }: RepositoryOptions) {
	const checked = checkRepositoryUrl(url, { allowInsecure });
	if (checked.kind === 'refused') throw new ProblemError(checked.problem);
	const fault = checkBranchName(branch);
	if (fault !== undefined) throw new ProblemError(fault);
	return checked;
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
