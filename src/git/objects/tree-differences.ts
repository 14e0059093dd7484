import type { CommitId, FileDifference, TreeFile } from '../../model/ports/repository.ts';
import { readTreeId } from './commit-object.ts';
import type { ObjectStore } from './object-store.ts';
import { asFile, listTree } from './tree-files.ts';
import { kindOf, parseTree, type TreeEntry } from './tree-object.ts';

interface Comparison {
	readonly store: ObjectStore;
	readonly signal: AbortSignal;
	readonly found: Map<string, FileDifference>;
}

/** What differs between two commits, by path in git's order. Reads only trees whose ids differ. */
export async function findDifferences(
	store: ObjectStore,
	commits: { readonly before: CommitId; readonly after: CommitId },
	signal: AbortSignal,
): Promise<readonly FileDifference[]> {
	signal.throwIfAborted();
	const rootOf = async (commit: CommitId) => readTreeId(commit, await store.read(commit, 'commit'));
	const [before, after] = await Promise.all([rootOf(commits.before), rootOf(commits.after)]);
	const comparison: Comparison = { store, signal, found: new Map() };
	if (before !== after) await compareTrees(comparison, { before, after }, '');
	return [...comparison.found.values()]
		.map((difference) => ({ key: Buffer.from(difference.path), difference }))
		.sort((a, b) => a.key.compare(b.key))
		.map(({ difference }) => difference);
}

async function compareTrees(
	comparison: Comparison,
	trees: { readonly before: string; readonly after: string },
	prefix: string,
): Promise<void> {
	const { store, signal } = comparison;
	signal.throwIfAborted();
	const [before, after] = await Promise.all([
		store.read(trees.before, 'tree'),
		store.read(trees.after, 'tree'),
	]);
	const old = new Map(parseTree(before).map((entry) => [entry.name, entry]));
	for (const entry of parseTree(after)) {
		await compareEntries(comparison, prefix + entry.name, old.get(entry.name), entry);
		old.delete(entry.name);
	}
	for (const [name, entry] of old) await compareEntries(comparison, prefix + name, entry, undefined);
}

async function compareEntries(
	comparison: Comparison,
	path: string,
	old: TreeEntry | undefined,
	fresh: TreeEntry | undefined,
): Promise<void> {
	const [oldKind, freshKind] = [old, fresh].map((entry) => entry && kindOf(entry));
	if (old?.id === fresh?.id && oldKind === freshKind) return;
	if (old !== undefined && fresh !== undefined && oldKind === 'folder' && freshKind === 'folder') {
		return compareTrees(comparison, { before: old.id, after: fresh.id }, `${path}/`);
	}
	for (const before of await listEntry(comparison, path, old)) note(comparison, before, { before });
	for (const after of await listEntry(comparison, path, fresh)) note(comparison, after, { after });
}

/** The file that an entry is, or every file below it. */
async function listEntry(
	{ store, signal }: Comparison,
	path: string,
	entry: TreeEntry | undefined,
): Promise<readonly TreeFile[]> {
	if (entry === undefined) return [];
	const file = asFile(path, entry);
	return file === undefined ? await listTree(store, entry.id, `${path}/`, signal) : [file];
}

function note(
	{ found }: Comparison,
	{ path }: TreeFile,
	side: Pick<FileDifference, 'before' | 'after'>,
): void {
	found.set(path, { ...found.get(path), path, ...side });
}
