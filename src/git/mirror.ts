import type { Branches, CommitId, Repository } from '../model/ports/repository.ts';
import type { Milliseconds } from '../model/time.ts';
import { reachRemote } from './access/remote-access.ts';
import { createMirrorBranches } from './mirror-branches.ts';
import { createMirrorCommits } from './mirror-commits.ts';
import { type GitAccess, prepareMirror, remakeMirror } from './mirror-folder.ts';
import { createMendingGit, isMirrorFailure } from './mirror-mending.ts';
import { explainLarge, explainObjects } from './mirror-objects.ts';
import { createMirrorTip, tipRef } from './mirror-tip.ts';
import { createUpkeep, sweepMirror } from './mirror-upkeep.ts';
import { ObjectTooLarge } from './objects/object-error.ts';
import { type ObjectStore, openObjectStore, type RepositoryObjects } from './objects/object-store.ts';
import { findFile, listFiles } from './objects/tree-files.ts';
import { type SignCommit, writeCommit } from './objects/write-commit.ts';
import { createGitProgram, type Environment, type GitProgram } from './program/git-program.ts';
import { checkGitVersion } from './program/git-version.ts';
import { pushCommit } from './push-commit.ts';
import { classifyPush } from './push-outcome.ts';
import { checkRemote, type RemoteBranch, type RemoteOptions } from './remote-branch.ts';
import { createTurns, type TakeTurn } from './turns.ts';

export interface RepositoryOptions extends RemoteOptions, GitAccess {
	/** For the mirror alone; made where it is missing. Only one process may use it at a time. */
	readonly folder: string;
	/** The process's own; git sees little of it. */
	readonly environment: Environment;
	/** For one run of git; 60 s unless told otherwise. */
	readonly deadline?: Milliseconds;
	/** Signs every commit; without it commits are not signed. */
	readonly sign?: SignCommit;
}

/** What else reads the mirror needs of it. */
export interface MirrorParts {
	/** Runs git on the mirror, and lets it in at the server. Fetching is done in turn. */
	readonly git: GitProgram;
	readonly remote: RemoteBranch;
	readonly objects: ObjectStore;
	readonly takeTurn: TakeTurn;
}

/** A branch over a mirror, and the other branches of its server. */
export interface MirrorRepository extends Repository, Branches {
	readonly mirror: MirrorParts;
}

/**
 * One branch of a repository over a bare mirror in `folder`. git fetches, pushes and prints objects; trees and
 * commits are computed and written in process. A damaged mirror is deleted and fetched anew. The mirror is whole,
 * one commit deep: to leave blobs out and fetch those of the manifests afterwards takes as long (100,000 files: 1.7 s
 * whole; 0.5 s and 0.9 s for 10,000 manifests, or 8 s for all), and not every server can. Throws ProblemError where
 * the URL, the branch's name or the git program is of no use; the server is not asked yet.
 */
export async function openRepository(
	options: RepositoryOptions,
	signal: AbortSignal,
): Promise<MirrorRepository> {
	const remote = checkRemote(options);
	const { gitdir, home } = await prepareMirror(options.folder, options);
	await sweepMirror(gitdir);
	const git = createRemoteGit({ ...options, remote, gitdir, home });
	await checkGitVersion(git, signal);
	const objects = openObjectStore({ gitdir, home, path: options.environment['PATH'] });
	const mirror = { git, remote, objects, takeTurn: createTurns() };
	return createMirror({ options, mirror, gitdir, life: signal });
}

function createRemoteGit(
	options: RepositoryOptions & {
		readonly remote: RemoteBranch;
		readonly gitdir: string;
		readonly home: string;
	},
): GitProgram {
	const { remote, gitdir, home, environment, deadline } = options;
	const protocols = remote.protocol === 'http' ? 'http:https' : remote.protocol;
	const limits = deadline === undefined ? {} : { deadline };
	return reachRemote(createGitProgram({ gitdir, home, environment, protocols, ...limits }), options);
}

interface OpenMirror {
	readonly options: RepositoryOptions;
	readonly mirror: MirrorParts & { readonly objects: RepositoryObjects };
	readonly gitdir: string;
	/** Aborted when nobody needs the mirror any more. */
	readonly life: AbortSignal;
}

function createMirror({ options, mirror, gitdir, life }: OpenMirror): MirrorRepository {
	const { remote, objects, takeTurn } = mirror;
	const upkeep = createUpkeep();
	let isDamaged = false;
	const noteDamage = () => {
		isDamaged = true;
	};
	const remake = async () => {
		await remakeMirror(options.folder, options);
		objects.renew();
		tip.forget();
		isDamaged = false;
	};
	const git = createMendingGit({ git: mirror.git, gitdir, remake });
	const store = explainObjects(objects, { display: remote.display, onDamage: noteDamage });
	const tip = createMirrorTip({ git, gitdir, remote, onFetch: upkeep.noteChange });
	const others = createMirrorBranches({ git, pushing: mirror.git, remote, takeTurn, onDamage: noteDamage });
	const parts = { git, remote, objects, store, takeTurn, recall: others.recall, onFetch: upkeep.noteChange };

	const refresh = async (caller: AbortSignal) => {
		if (isDamaged) await remake();
		const before = tip.held();
		const now = await tip.refresh(caller);
		// While nothing happens is the time for what would be in the way later.
		const isDue = upkeep.isDue(now === before ? 'calm' : 'busy');
		if (isDue) void takeTurn(() => keepUp(now), life).catch(() => undefined);
		return now;
	};
	const keepUp = async (commit: CommitId) => {
		await upkeep.run(git, { ref: tipRef, commit }, life);
		objects.renew();
	};

	return {
		url: remote.display,
		branch: remote.branch,
		mirror: { git, remote, objects, takeTurn },
		held: () => (isDamaged ? undefined : tip.held()),
		// git locks the mirror while it fetches.
		refresh: (caller) => takeTurn(() => refresh(caller), caller),
		branches: others.branches,
		pushBranch: others.pushBranch,
		...createMirrorCommits(parts),
		...createMirrorFiles(store, remote),
		commit(commit, caller) {
			upkeep.noteChange();
			return writeCommit({ store, sign: options.sign }, commit, caller);
		},
		async push(commit, expected, caller) {
			const answer = await pushCommit(mirror.git, remote, { commit, expected }, caller);
			if (isMirrorFailure(answer)) noteDamage();
			const outcome = classifyPush(answer, remote);
			if (outcome.kind !== 'refused') tip.notePush({ commit, expected }, outcome.kind);
			return outcome;
		},
	};
}

function createMirrorFiles(
	store: ObjectStore,
	{ display }: RemoteBranch,
): Pick<Repository, 'files' | 'file' | 'read'> {
	return {
		async files(commit, below, caller) {
			try {
				return await listFiles(store, commit, below, caller);
			} catch (error) {
				throw error instanceof ObjectTooLarge ? explainLarge(display, error) : error;
			}
		},
		file: (commit, path, caller) => findFile(store, commit, path, caller),
		async read(blob, caller, limit) {
			caller.throwIfAborted();
			return await (limit === undefined ? store.read(blob, 'blob') : store.readStart(blob, limit));
		},
	};
}
