import type { ProblemCode } from '../model/catalogue.ts';
import type {
	Branches,
	BranchMove,
	CommitFacts,
	CommitId,
	PushOutcome,
	Repository,
} from '../model/ports/repository.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import { createRepositoryFaults, type RepositoryFault } from './memory-faults.ts';
import {
	type Authorship,
	commitChanges,
	commitContents,
	type FileChanges,
	type LoggedCommit,
	type MemoryHistory,
	type NewFiles,
} from './memory-history.ts';
import { createMemoryPushes, type MemoryPushes } from './memory-pushes.ts';
import { createMemoryServer, type MemoryServer } from './memory-server.ts';

export interface MemoryRepositoryOptions {
	readonly url?: string;
	readonly branch?: string;
	/** Who pushes, where a forge asks; `spillway` where nobody says. */
	readonly login?: string;
	/** What the first commit holds; without any file there is no commit at all. */
	readonly files: NewFiles;
}

/** What other people, and bad luck, do to the branches; to the repository's own where none is named. */
interface BranchControls {
	readonly faults: { inject(fault: RepositoryFault): void };
	/**
	 * Commits and pushes as somebody else would. Returns the new tip. A branch that is not there begins where the
	 * repository's own stands.
	 */
	commitDirectly(changes: FileChanges, message: string, by?: Authorship, branch?: string): CommitId;
	/** Puts the branch on another commit, as a forced push does. */
	moveBranch(commit: CommitId, branch?: string): void;
	deleteBranch(branch?: string): void;
	/** Commits of the branch, newest first. */
	log(branch?: string): readonly LoggedCommit[];
}

/** One branch on a Git server and the other branches beside it, in memory. */
export interface MemoryRepository extends Repository, Branches, BranchControls {
	/** The server's side. */
	readonly server: MemoryServer;
}

/** The port without git, disk or network: answers as a real server's would read, in no time at all. */
export function createMemoryRepository(options: MemoryRepositoryOptions): MemoryRepository {
	const { url = 'memory:config', branch = 'main', login = 'spillway' } = options;
	const server = createMemoryServer(branch);
	const faults = createRepositoryFaults();
	const explain = (code: ProblemCode, message: string, got?: string) =>
		problem(code, { where: { kind: 'named', name: url }, message, got });
	if (Object.keys(options.files).length > 0) {
		server.move(branch, commitChanges(server.history, undefined, options.files, { message: 'first commit' }));
	}
	const controls = createControls(server);
	const pushes = createMemoryPushes({ ...controls, server, login, faults, explain });
	const reach = () => {
		if (faults.isUnreachable()) throw new ProblemError(explain('E_GIT_UNREACHABLE', 'connection refused'));
	};

	return {
		url,
		branch,
		faults,
		server,
		...controls,
		...createMemoryBranch({ server, pushes, reach, explain }),
		...createMemoryPast(server, { url, branch }),
		...createMemoryFiles(server.history),
		branches: (prefix, signal) =>
			answer(signal, () => {
				reach();
				return new Map([...server.branches()].filter(([name]) => name.startsWith(prefix)));
			}),
		pushBranch: (move, signal) => answer(signal, () => pushOther(move)),
	};

	function pushOther(move: BranchMove): PushOutcome {
		if (move.branch !== branch) return pushes.push(move);
		const message = 'pull requests cannot have the branch that they are merged into';
		return { kind: 'refused', problem: explain('E_REFNAME', message, branch) };
	}
}

function createControls(server: MemoryServer): Omit<BranchControls, 'faults'> {
	const { history, main } = server;
	return {
		commitDirectly(changes, message, by = {}, branch = main) {
			const parent = server.tip(branch) ?? server.tip(main);
			const commit = commitChanges(history, parent, changes, { ...by, message });
			server.move(branch, commit);
			return commit;
		},
		moveBranch: (commit, branch = main) => server.move(branch, commit),
		deleteBranch: (branch = main) => server.move(branch, undefined),
		log: (branch = main) => history.log(server.tip(branch)),
	};
}

interface MemoryBranchParts {
	readonly server: MemoryServer;
	readonly pushes: MemoryPushes;
	/** Throws while nothing answers. */
	readonly reach: () => void;
	readonly explain: (code: ProblemCode, message: string) => Problem;
}

function createMemoryBranch(
	parts: MemoryBranchParts,
): Pick<Repository, 'held' | 'refresh' | 'commit' | 'push'> {
	const { server, pushes, reach, explain } = parts;
	const { history, main } = server;
	/** Of this side: what was last fetched or pushed. */
	let held: CommitId | undefined;
	return {
		held: () => held,
		refresh: (signal) =>
			answer(signal, () => {
				reach();
				held = server.tip(main);
				if (held !== undefined) return held;
				if (!server.hadBranch())
					throw new ProblemError(explain('E_GIT_EMPTY', 'the repository has no commits'));
				throw new ProblemError(explain('E_GIT_BRANCH', `there is no branch ${main}`));
			}),
		commit: (commit, signal) => answer(signal, () => commitContents(history, commit)),
		push: (commit, expected, signal) =>
			answer(signal, () => {
				const outcome = pushes.push({ branch: main, commit, expected });
				if (outcome.kind === 'pushed' && expected === held) held = commit;
				return outcome;
			}),
	};
}

function createMemoryFiles(history: MemoryHistory): Pick<Repository, 'files' | 'file' | 'read'> {
	return {
		files: (commit, folder, signal) =>
			answer(signal, () => {
				const prefix = folder === '' ? '' : `${folder}/`;
				const files = [...history.tree(commit).values()].filter(({ path }) => path.startsWith(prefix));
				return files.length > 0 || folder === '' ? files : undefined;
			}),
		file: (commit, path, signal) => answer(signal, () => history.tree(commit).get(path)),
		read: (blob, signal, limit) =>
			answer(signal, () => {
				const bytes = history.blob(blob);
				return limit === undefined ? bytes : bytes.subarray(0, limit + 1);
			}),
	};
}

function createMemoryPast(
	{ history }: MemoryServer,
	{ url, branch }: { readonly url: string; readonly branch: string },
): Pick<Repository, 'history' | 'ancestry' | 'differences'> {
	const where = { kind: 'named', name: url } as const;
	const require = (commit: CommitId) => {
		if (history.read(commit) !== undefined) return commit;
		const message = `the history of ${branch} cannot be had as far as commit ${commit.slice(0, 12)}`;
		throw new ProblemError(problem('E_GIT_UNREACHABLE', { where, message }));
	};
	return {
		history: (commit, limit, signal) =>
			answer(signal, () => [...listHistory(history, require(commit))].slice(0, limit)),
		ancestry: (older, newer, signal) =>
			answer(signal, () => (history.ancestors(require(newer)).has(older) ? 'ancestor' : 'rewritten')),
		differences: (before, after, signal) =>
			answer(signal, () => history.differences(require(before), require(after))),
	};
}

/** A commit and what came before it, newest first. */
function* listHistory(history: MemoryHistory, tip: CommitId): Generator<CommitFacts> {
	for (let facts = history.read(tip); facts !== undefined; ) {
		yield facts;
		const [parent] = facts.parents;
		facts = parent === undefined ? undefined : history.read(parent);
	}
}

/** No answer ever comes before the caller has gone on. */
async function answer<T>(signal: AbortSignal, compute: () => T): Promise<T> {
	await Promise.resolve();
	signal.throwIfAborted();
	return compute();
}
