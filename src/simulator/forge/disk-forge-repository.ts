import * as files from 'node:fs/promises';
import git, { Errors } from 'isomorphic-git';
import type { CommitFacts, CommitId, Identity } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import type { FileChange, ForgeRepository, MergeOrder, MergeResult } from './forge-repository.ts';
import { splitLines } from './merge-lines.ts';
import { type Environment, runGit } from './run-git.ts';

export interface DiskForgeRepositoryOptions {
	/** A bare repository. */
	readonly gitdir: string;
	/** For git, which compares commits. */
	readonly environment: Environment;
}

const fs = { promises: files };

/**
 * The Git side of a forge over a bare repository on disk. Whoever lets others push to it keeps them from doing so
 * while a call is under way.
 */
export function createDiskForgeRepository(options: DiskForgeRepositoryOptions): ForgeRepository {
	const { gitdir, environment } = options;
	const where = { fs, gitdir };
	const tip = (branch: string): Promise<CommitId | undefined> =>
		git.resolveRef({ ...where, ref: `refs/heads/${branch}` }).catch(() => undefined);
	const mergeBase = async (base: CommitId, head: CommitId): Promise<CommitId | undefined> => {
		const found: readonly CommitId[] = await git.findMergeBase({ ...where, oids: [base, head] });
		return found[0];
	};
	// As git does it, by a rename: whoever fetches must not find half a name.
	const put = async (branch: string, commit: CommitId): Promise<void> =>
		void (await runGit(gitdir, environment, ['update-ref', `refs/heads/${branch}`, commit]));

	return {
		async branches() {
			const names = await git.listBranches(where);
			// A ref that git is just replacing may be nowhere for a moment.
			const find = async (name: string) => (await tip(name)) ?? (await tip(name));
			const tips = await Promise.all(names.map(async (name) => [name, await find(name)] as const));
			return new Map(tips.flatMap(([name, commit]) => (commit === undefined ? [] : [[name, commit]])));
		},
		read: (commit) => readCommit(gitdir, commit),
		mergeBase,
		async canMerge(base, head) {
			// What was made on the base's tip has no conflict with it; to try takes seconds where there are many files.
			if ((await mergeBase(base, head)) === base) return true;
			return (await tryMerge(gitdir, { base, head, dryRun: true })).kind !== 'conflict';
		},
		async merge(order) {
			if ((await tip(order.base)) !== order.baseCommit) return { kind: 'raced' };
			const result = await mergeInto(gitdir, order);
			if (result.kind === 'merged') await put(order.base, result.commit);
			return result;
		},
		async move(branch, expected, commit) {
			if ((await tip(branch)) !== expected) return false;
			if (commit === undefined) await git.deleteRef({ ...where, ref: `refs/heads/${branch}` });
			else await put(branch, commit);
			return true;
		},
		diff: (base, head) =>
			runGit(gitdir, environment, ['diff', '--no-color', '--no-ext-diff', `${base}...${head}`]),
		async changes(base, head) {
			const args = ['diff', '--numstat', '--no-renames', '-z', `${base}...${head}`];
			return readChanges(await runGit(gitdir, environment, args));
		},
		async readLines(commit, path) {
			const found = await git.readBlob({ ...where, oid: commit, filepath: path }).catch(() => undefined);
			return found === undefined ? undefined : splitLines(Buffer.from(found.blob).toString());
		},
		// Whoever pushes on somebody's behalf says so, and asks first.
		subscribe: () => () => undefined,
		guard: () => undefined,
	};
}

async function readCommit(gitdir: string, id: CommitId): Promise<CommitFacts | undefined> {
	try {
		const { commit } = await git.readCommit({ fs, gitdir, oid: id });
		const { name, email } = commit.author;
		return {
			id,
			parents: commit.parent,
			author: { name, email },
			at: commit.committer.timestamp * 1_000,
			message: commit.message.trimEnd(),
		};
	} catch {
		return undefined;
	}
}

interface Trial {
	readonly base: CommitId;
	readonly head: CommitId;
	readonly dryRun?: boolean;
	readonly message?: string;
	readonly person?: ReturnType<typeof sign>;
}

type TrialResult =
	| { readonly kind: 'conflict' | 'nothing' }
	| { readonly kind: 'merged'; readonly commit: CommitId; readonly tree: string };

/** Merges two commits without moving a branch. */
async function tryMerge(gitdir: string, trial: Trial): Promise<TrialResult> {
	const { base, head, dryRun = false, message = 'merge', person = sign(nobody, 0) } = trial;
	try {
		const merged = await git.merge({
			...{ fs, gitdir, ours: base, theirs: head, dryRun, message, author: person, committer: person },
			fastForward: false,
			noUpdateBranch: true,
			abortOnConflict: true,
		});
		if (merged.alreadyMerged === true) return { kind: 'nothing' };
		return { kind: 'merged', commit: merged.oid ?? '', tree: merged.tree ?? '' };
	} catch (error) {
		const isConflict =
			error instanceof Errors.MergeConflictError || error instanceof Errors.MergeNotSupportedError;
		if (isConflict) return { kind: 'conflict' };
		throw error;
	}
}

const nobody: Identity = { name: 'Nobody', email: 'nobody@example.com' };

async function mergeInto(gitdir: string, order: MergeOrder): Promise<MergeResult> {
	const { baseCommit, head, style, message, by, at } = order;
	if (style === 'fast-forward-only') {
		const [parted] = await git.findMergeBase({ fs, gitdir, oids: [baseCommit, head] });
		return parted === baseCommit ? { kind: 'merged', commit: head } : { kind: 'conflict' };
	}
	const person = sign(by, at);
	const result = await tryMerge(gitdir, { base: baseCommit, head, message, person });
	if (result.kind === 'conflict') return { kind: 'conflict' };
	if (result.kind === 'merged' && style === 'merge') return { kind: 'merged', commit: result.commit };
	const ours = await git.readCommit({ fs, gitdir, oid: baseCommit });
	const tree = result.kind === 'merged' ? result.tree : ours.commit.tree;
	const parent = style === 'merge' ? [baseCommit, head] : [baseCommit];
	const commit = { message, tree, parent, author: person, committer: person };
	return { kind: 'merged', commit: await git.writeCommit({ fs, gitdir, commit }) };
}

function sign(
	{ name, email }: Identity,
	at: Instant,
): Identity & { readonly timestamp: number; readonly timezoneOffset: number } {
	return { name, email, timestamp: Math.floor(at / 1_000), timezoneOffset: 0 };
}

/** What `git diff --numstat -z` prints; a binary file has `-` for its numbers. */
function readChanges(text: string): readonly FileChange[] {
	return text.split('\0').flatMap((entry) => {
		const [added, removed, path] = entry.split('\t');
		if (added === undefined || removed === undefined || path === undefined) return [];
		return [{ path, added: Number(added) || 0, removed: Number(removed) || 0 }];
	});
}
