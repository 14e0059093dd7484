import type { CommitId, TreeFile } from '../../model/ports/repository.ts';
import { readTreeId } from './commit-object.ts';
import { ObjectTooLarge } from './object-error.ts';
import type { ObjectStore } from './object-store.ts';
import { findEntry, kindOf, parseTree, type TreeEntry } from './tree-object.ts';

/** The most files that are listed at once. */
export const maxListedFiles = 250_000;

/** Folders that are asked for before the first of them has come. */
const readAhead = 64;

interface Walk {
	readonly store: ObjectStore;
	readonly found: TreeFile[];
	readonly signal: AbortSignal;
}

/**
 * Every file below a folder ('' = the root), in git's order; reads no tree outside that folder's path. Throws
 * ObjectTooLarge for more than 250,000.
 */
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
	const content = await store.read(tree, 'tree');
	await collectFiles(content, folder === '' ? '' : `${folder}/`, { store, found, signal });
	return found;
}

/** Every file below one tree, its paths behind `prefix`. */
export async function listTree(
	store: ObjectStore,
	tree: string,
	prefix: string,
	signal: AbortSignal,
): Promise<readonly TreeFile[]> {
	const found: TreeFile[] = [];
	await collectFiles(await store.read(tree, 'tree'), prefix, { store, found, signal });
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
	const entry =
		tree === undefined ? undefined : findEntry(await store.read(tree, 'tree'), names.at(-1) ?? '');
	return entry === undefined ? undefined : asFile(path, entry);
}

/** An entry as a file; `undefined` for a folder. */
export function asFile(path: string, entry: TreeEntry): TreeFile | undefined {
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
		const entry = findEntry(await store.read(tree, 'tree'), name);
		if (entry === undefined || kindOf(entry) !== 'folder') return undefined;
		tree = entry.id;
	}
	return tree;
}

async function collectFiles(content: Uint8Array, prefix: string, walk: Walk): Promise<void> {
	walk.signal.throwIfAborted();
	const entries = parseTree(content);
	const folders = entries.filter((entry) => kindOf(entry) === 'folder');
	const readNext = createReadAhead(walk.store, folders);
	for (const entry of entries) {
		const path = prefix + entry.name;
		const file = asFile(path, entry);
		if (file === undefined) await collectFiles(await readNext(), `${path}/`, walk);
		else walk.found.push(file);
	}
	if (walk.found.length > maxListedFiles) {
		throw new ObjectTooLarge(`${prefix} has more than ${maxListedFiles} files`);
	}
}

/** Gives one tree after the other, but asks for the next ones ahead, so that git need not wait for us. */
function createReadAhead(store: ObjectStore, folders: readonly TreeEntry[]): () => Promise<Uint8Array> {
	const asked: Promise<Uint8Array>[] = [];
	let next = 0;
	return async () => {
		while (asked.length < readAhead && next < folders.length) {
			const reading = store.read(folders[next]?.id ?? '', 'tree');
			// Looked at when its turn comes; until then a failure is nobody's.
			reading.catch(() => undefined);
			asked.push(reading);
			next += 1;
		}
		return (await asked.shift()) ?? new Uint8Array();
	};
}
