import type { CommitId, TreeFile } from '../model/ports/repository.ts';
import { readTreeId } from './commit-object.ts';
import type { ObjectStore } from './object-store.ts';
import { kindOf, parseTree, type TreeEntry } from './tree-object.ts';

/** Every file below a folder ('' = the root), in git's order; reads no tree outside that folder's path. */
export async function listFiles(
	store: ObjectStore,
	commit: CommitId,
	folder: string,
	signal: AbortSignal,
): Promise<readonly TreeFile[] | undefined> {
	signal.throwIfAborted();
	const tree = await findFolder(store, commit, folder === '' ? [] : folder.split('/'));
	if (tree === undefined) return undefined;
	const found: TreeFile[] = [];
	await collectFiles(store, tree, folder === '' ? '' : `${folder}/`, { found, signal });
	return found;
}

/** The file at exactly this path. */
export async function findFile(
	store: ObjectStore,
	commit: CommitId,
	path: string,
	signal: AbortSignal,
): Promise<TreeFile | undefined> {
	signal.throwIfAborted();
	const names = path.split('/');
	const tree = await findFolder(store, commit, names.slice(0, -1));
	const entry = tree === undefined ? undefined : await findEntry(store, tree, names.at(-1) ?? '');
	if (entry === undefined) return undefined;
	const kind = kindOf(entry);
	return kind === 'folder' ? undefined : { path, blob: entry.id, mode: kind };
}

async function findFolder(
	store: ObjectStore,
	commit: CommitId,
	names: readonly string[],
): Promise<string | undefined> {
	let tree = readTreeId(commit, await store.read(commit, 'commit'));
	for (const name of names) {
		const entry = await findEntry(store, tree, name);
		if (entry === undefined || kindOf(entry) !== 'folder') return undefined;
		tree = entry.id;
	}
	return tree;
}

async function findEntry(store: ObjectStore, tree: string, name: string): Promise<TreeEntry | undefined> {
	return parseTree(await store.read(tree, 'tree')).find((entry) => entry.name === name);
}

async function collectFiles(
	store: ObjectStore,
	tree: string,
	prefix: string,
	walk: { readonly found: TreeFile[]; readonly signal: AbortSignal },
): Promise<void> {
	walk.signal.throwIfAborted();
	for (const entry of parseTree(await store.read(tree, 'tree'))) {
		const kind = kindOf(entry);
		const path = prefix + entry.name;
		if (kind === 'folder') await collectFiles(store, entry.id, `${path}/`, walk);
		else walk.found.push({ path, blob: entry.id, mode: kind });
	}
}
