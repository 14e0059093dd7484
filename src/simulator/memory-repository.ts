import type { ProblemCode } from '../model/catalogue.ts';
import type { CommitFacts, CommitId, PushOutcome, Repository } from '../model/ports/repository.ts';
import { ProblemError, problem } from '../model/problem.ts';
import {
	type Authorship,
	commitChanges,
	commitContents,
	createMemoryHistory,
	type FileChanges,
	type LoggedCommit,
	type MemoryHistory,
	type NewFiles,
} from './memory-history.ts';

export interface MemoryRepositoryOptions {
	readonly url?: string;
	readonly branch?: string;
	/** What the first commit holds; without any file there is no commit at all. */
	readonly files: NewFiles;
}

/** What can go wrong between Spillway and a Git server. */
export type RepositoryFault =
	/** Nothing answers, until lifted. */
	| { readonly kind: 'unreachable'; readonly on: boolean }
	/** What the next pushes come to. */
	| { readonly kind: 'fail-next-pushes'; readonly times: number; readonly outcome: PushFailure };

/** `raced`: somebody else's commit lands first. The last two lose the answer: before and after it was applied. */
export type PushFailure = 'raced' | 'refused' | 'unknown-not-applied' | 'unknown-applied';

/** What other people, and bad luck, do to the branch. */
interface BranchControls {
	readonly faults: { inject(fault: RepositoryFault): void };
	/** Commits and pushes as somebody else would. Returns the new tip. */
	commitDirectly(changes: FileChanges, message: string, by?: Authorship): CommitId;
	/** Puts the branch on another commit, as a forced push does. */
	moveBranch(commit: CommitId): void;
	deleteBranch(): void;
	/** Commits of the branch, newest first. */
	log(): readonly LoggedCommit[];
}

/** One branch on a Git server, in memory. */
export interface MemoryRepository extends Repository, BranchControls {}

interface MemoryBranch extends BranchControls {
	tip(): CommitId;
	push(commit: CommitId, expected: CommitId): PushOutcome;
}

/** The port without git, disk or network: answers as a real server's would read, in no time at all. */
export function createMemoryRepository(options: MemoryRepositoryOptions): MemoryRepository {
	const { url = 'memory:config', branch: name = 'main' } = options;
	const history = createMemoryHistory();
	const branch = createMemoryBranch(history, { url, branch: name, files: options.files });
	const { faults, commitDirectly, moveBranch, deleteBranch, log } = branch;
	/** Of this side: what was last fetched or pushed. */
	let held: CommitId | undefined;

	return {
		url,
		branch: name,
		faults,
		commitDirectly,
		moveBranch,
		deleteBranch,
		log,
		held: () => held,
		refresh: (signal) =>
			answer(signal, () => {
				held = branch.tip();
				return held;
			}),
		...createMemoryPast(history, { url, branch: name }),
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
		commit: (commit, signal) => answer(signal, () => commitContents(history, commit)),
		push: (commit, expected, signal) =>
			answer(signal, () => {
				const outcome = branch.push(commit, expected);
				if (outcome.kind === 'pushed' && expected === held) held = commit;
				return outcome;
			}),
	};
}

function createMemoryPast(
	history: MemoryHistory,
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
			answer(signal, () => {
				const isAncestor = [...listHistory(history, require(newer))].some(({ id }) => id === older);
				return isAncestor ? 'ancestor' : 'rewritten';
			}),
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

function createMemoryBranch(
	history: MemoryHistory,
	{ url, branch, files }: Required<MemoryRepositoryOptions>,
): MemoryBranch {
	const explain = (code: ProblemCode, message: string, got?: string) =>
		problem(code, { where: { kind: 'named', name: url }, message, got });
	const failures: PushFailure[] = [];
	let isUnreachable = false;
	let isEmpty = Object.keys(files).length === 0;
	let tip = isEmpty ? undefined : commitChanges(history, undefined, files, { message: 'first commit' });

	const commitDirectly: BranchControls['commitDirectly'] = (changes, message, by = {}) => {
		tip = commitChanges(history, tip, changes, { ...by, message });
		isEmpty = false;
		return tip;
	};
	const swap = (commit: CommitId, expected: CommitId): PushOutcome => {
		if (tip !== commit && tip !== expected) return { kind: 'raced' };
		tip = commit;
		return { kind: 'pushed' };
	};
	const explainRefusal = () =>
		explain(
			'E_GIT_REFUSED',
			`the push to ${branch} was refused: pre-receive hook declined`,
			'simulated refusal',
		);

	return {
		faults: {
			inject(fault) {
				if (fault.kind === 'unreachable') isUnreachable = fault.on;
				else failures.push(...Array.from({ length: fault.times }, () => fault.outcome));
			},
		},
		commitDirectly,
		moveBranch(commit) {
			tip = commit;
		},
		deleteBranch() {
			tip = undefined;
		},
		log: () => history.log(tip),
		tip() {
			if (isUnreachable) throw new ProblemError(explain('E_GIT_UNREACHABLE', 'connection refused'));
			if (isEmpty) throw new ProblemError(explain('E_GIT_EMPTY', 'the repository has no commits'));
			if (tip === undefined) throw new ProblemError(explain('E_GIT_BRANCH', `there is no branch ${branch}`));
			return tip;
		},
		push(commit, expected) {
			if (isUnreachable) return { kind: 'unknown', message: 'connection refused' };
			const failure = failures.shift();
			if (failure === 'refused') return { kind: 'refused', problem: explainRefusal() };
			if (failure === 'unknown-not-applied') return lostAnswer;
			if (failure === 'raced') commitDirectly({}, 'somebody else’s commit');
			const outcome = swap(commit, expected);
			return failure === 'unknown-applied' ? lostAnswer : outcome;
		},
	};
}

const lostAnswer: PushOutcome = { kind: 'unknown', message: 'the connection broke before the answer' };
