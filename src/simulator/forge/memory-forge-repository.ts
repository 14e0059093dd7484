import type { CommitId, TreeFile } from '../../model/ports/repository.ts';
import type { MemoryHistory } from '../memory-history.ts';
import type { MemoryServer } from '../memory-server.ts';
import type { FileChange, ForgeRepository, MergeOrder, MergeResult } from './forge-repository.ts';
import { findHunk, mergeLines, splitLines } from './merge-lines.ts';

type Tree = ReadonlyMap<string, TreeFile>;

/** The Git side of a forge over branches in memory. */
export function createMemoryForgeRepository(server: MemoryServer): ForgeRepository {
	const { history } = server;
	/** While it moves a branch itself. */
	let isMoving = false;
	const moveOwn = (branch: string, commit: CommitId | undefined) => {
		isMoving = true;
		server.move(branch, commit);
		isMoving = false;
	};
	const mergeTree = (base: CommitId, head: CommitId): Tree | undefined => {
		const parted = findMergeBase(history, base, head);
		return parted === undefined ? undefined : mergeTrees(history, { parted, base, head });
	};

	return {
		branches: async () => await Promise.resolve(server.branches()),
		read: async (commit) => await Promise.resolve(history.read(commit)),
		mergeBase: async (base, head) => await Promise.resolve(findMergeBase(history, base, head)),
		canMerge: async (base, head) => await Promise.resolve(mergeTree(base, head) !== undefined),
		async merge(order) {
			await Promise.resolve();
			if (server.tip(order.base) !== order.baseCommit) return { kind: 'raced' };
			const result = mergeInto(history, order, mergeTree);
			if (result.kind === 'merged') moveOwn(order.base, result.commit);
			return result;
		},
		async move(branch, expected, commit) {
			await Promise.resolve();
			if (server.tip(branch) !== expected) return false;
			moveOwn(branch, commit);
			return true;
		},
		diff: async () => await Promise.resolve(''),
		changes: async (base, head) =>
			await Promise.resolve(countChanges(history, findMergeBase(history, base, head), head)),
		async readLines(commit, path) {
			await Promise.resolve();
			const file = history.read(commit) === undefined ? undefined : history.tree(commit).get(path);
			return file === undefined ? undefined : readLines(history, file);
		},
		subscribe: (listener) =>
			server.subscribe(() => {
				if (!isMoving) listener();
			}),
		guard: (check) => server.guard(check),
	};
}

function mergeInto(
	history: MemoryHistory,
	{ baseCommit: parent, head, style, message, by: author, at }: MergeOrder,
	mergeTree: (base: CommitId, head: CommitId) => Tree | undefined,
): MergeResult {
	if (style === 'fast-forward-only') {
		return history.ancestors(head).has(parent) ? { kind: 'merged', commit: head } : { kind: 'conflict' };
	}
	const tree = mergeTree(parent, head);
	if (tree === undefined) return { kind: 'conflict' };
	const facts = { parent, message, author, at };
	const commit = history.addCommit(tree, style === 'merge' ? { ...facts, merged: head } : facts);
	return { kind: 'merged', commit };
}

/** The newest commit that both lines have. */
function findMergeBase(history: MemoryHistory, base: CommitId, head: CommitId): CommitId | undefined {
	const known = history.ancestors(base);
	// Gone through generation by generation, the first that is known is the nearest.
	return [...history.ancestors(head)].find((commit) => known.has(commit));
}

/** `undefined` where a file cannot have what both sides changed of it. */
function mergeTrees(
	history: MemoryHistory,
	{ parted, base, head }: { readonly parted: CommitId; readonly base: CommitId; readonly head: CommitId },
): Tree | undefined {
	const [before, ours, theirs] = [history.tree(parted), history.tree(base), history.tree(head)];
	const merged = new Map(ours);
	for (const { path } of history.differences(parted, head)) {
		const sides = { before: before.get(path), ours: ours.get(path), theirs: theirs.get(path) };
		const file = mergeFile(history, sides);
		if (file === 'conflict') return undefined;
		if (file === undefined) merged.delete(path);
		else merged.set(path, file);
	}
	return merged;
}

interface Sides {
	readonly before: TreeFile | undefined;
	readonly ours: TreeFile | undefined;
	readonly theirs: TreeFile | undefined;
}

function mergeFile(
	history: MemoryHistory,
	{ before, ours, theirs }: Sides,
): TreeFile | undefined | 'conflict' {
	if (isSame(before, ours) || isSame(ours, theirs)) return theirs;
	if (before === undefined || ours === undefined || theirs === undefined) return 'conflict';
	if (before.mode !== ours.mode || before.mode !== theirs.mode) return 'conflict';
	const text = ({ blob }: TreeFile) => Buffer.from(history.blob(blob)).toString('latin1');
	const merged = mergeLines(text(before), text(ours), text(theirs));
	if (merged === undefined) return 'conflict';
	return { ...ours, blob: history.addBlob(Buffer.from(merged, 'latin1')) };
}

function isSame(a: TreeFile | undefined, b: TreeFile | undefined): boolean {
	return a?.blob === b?.blob && a?.mode === b?.mode;
}

function countChanges(
	history: MemoryHistory,
	parted: CommitId | undefined,
	head: CommitId,
): readonly FileChange[] {
	if (parted === undefined) return [];
	return history.differences(parted, head).map(({ path, before, after }) => {
		const { start, end, lines: added } = findHunk(readLines(history, before), readLines(history, after));
		return { path, added: added.length, removed: end - start };
	});
}

function readLines(history: MemoryHistory, file: TreeFile | undefined): readonly string[] {
	if (file === undefined) return [];
	return splitLines(Buffer.from(history.blob(file.blob)).toString('latin1'));
}
