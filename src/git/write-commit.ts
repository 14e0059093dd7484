import type { CommitId, NewCommit } from '../model/ports/repository.ts';
import { composeCommit, readTreeId } from './commit-object.ts';
import type { ObjectStore } from './object-store.ts';
import { kindOf, parseTree, replaceIds, type TreeEntry } from './tree-object.ts';

type Files = NewCommit['files'];

/** Writes a commit that gives files of its parent new contents, reading only the folders on their paths. */
export async function writeCommit(
	store: ObjectStore,
	commit: NewCommit,
	signal: AbortSignal,
): Promise<CommitId> {
	const root = readTreeId(commit.parent, await store.read(commit.parent, 'commit'));
	const tree = await rewriteTree(store, root, commit.files, signal);
	return store.write('commit', composeCommit(commit, tree));
}

/** `files` by their paths below this tree. */
async function rewriteTree(
	store: ObjectStore,
	tree: string,
	files: Files,
	signal: AbortSignal,
): Promise<string> {
	signal.throwIfAborted();
	const content = await store.read(tree, 'tree');
	const entries = new Map(parseTree(content).map((entry) => [entry.name, entry]));
	const ids = new Map<TreeEntry, string>();
	for (const [name, below] of groupByName(files)) {
		const bytes = below.get('');
		if (bytes === undefined) {
			const folder = requireEntry(entries, name, 'folder');
			ids.set(folder, await rewriteTree(store, folder.id, below, signal));
		} else {
			ids.set(requireEntry(entries, name, 'file'), await store.write('blob', bytes));
		}
	}
	return store.write('tree', replaceIds(content, ids));
}

function requireEntry(
	entries: ReadonlyMap<string, TreeEntry>,
	name: string,
	wanted: 'file' | 'folder',
): TreeEntry {
	const entry = entries.get(name);
	const kind = entry === undefined ? 'nothing' : kindOf(entry);
	if (entry === undefined || (kind === 'executable' ? 'file' : kind) !== wanted) {
		throw new RangeError(`${name} is ${kind} in the parent commit, not a ${wanted}`);
	}
	return entry;
}

/** By the first name of each path, what is below it; a file itself is below its name as ''. */
function groupByName(files: Files): ReadonlyMap<string, Files> {
	const groups = new Map<string, Map<string, Uint8Array>>();
	for (const [path, content] of files) {
		const slash = path.indexOf('/');
		const name = slash === -1 ? path : path.slice(0, slash);
		const group = groups.get(name) ?? new Map<string, Uint8Array>();
		groups.set(name, group.set(slash === -1 ? '' : path.slice(slash + 1), content));
	}
	return groups;
}
