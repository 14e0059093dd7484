import type { CommitId, NewCommit } from '../../model/ports/repository.ts';
import { ProblemError, problem, showText } from '../../model/problem.ts';
import { addSignature, composeCommit, readTreeId } from './commit-object.ts';
import { nameObject } from './loose-object.ts';
import type { ObjectStore } from './object-store.ts';
import type { ObjectType } from './object-type.ts';
import { type EntryKind, editTree, findEntry, kindOf, type TreeEdit, type TreeEntry } from './tree-object.ts';

/** Signs the bytes of a commit object; answers the armoured signature. Throws ProblemError where it cannot. */
export type SignCommit = (content: Uint8Array, signal: AbortSignal) => Promise<string>;

export interface CommitWriter {
	readonly store: ObjectStore;
	readonly sign?: SignCommit | undefined;
}

type Files = NewCommit['files'];

interface Rewrite {
	readonly store: ObjectStore;
	readonly signal: AbortSignal;
	/** What is to be written. */
	readonly objects: { readonly type: ObjectType; readonly content: Uint8Array }[];
}

/** A tree without entries. */
const noEntries = new Uint8Array();

/** What git takes for no name of a file, in any case of letters. */
const unusableName = /^(?:\.{0,2}|\.git|git~1)$/i;

/**
 * Writes a commit that gives files of its parent new contents, and adds the files it does not have. Reads only the
 * folders on their paths. Throws ProblemError E_GIT_MODE where something else than a file or a folder is in the way.
 */
export async function writeCommit(
	{ store, sign }: CommitWriter,
	commit: NewCommit,
	signal: AbortSignal,
): Promise<CommitId> {
	signal.throwIfAborted();
	for (const path of commit.files.keys()) requirePath(path);
	const parentTree = readTreeId(commit.parent, await store.read(commit.parent, 'commit'));
	const rewrite: Rewrite = { store, signal, objects: [] };
	const tree = await rewriteTree(rewrite, await store.read(parentTree, 'tree'), commit.files, '');
	const unsigned = composeCommit(commit, tree);
	const content = sign === undefined ? unsigned : addSignature(unsigned, await sign(unsigned, signal));
	signal.throwIfAborted();
	await Promise.all(rewrite.objects.map((object) => store.write(object.type, object.content)));
	return store.write('commit', content);
}

/** `files` by their paths below this tree, which is at `prefix`. */
async function rewriteTree(
	rewrite: Rewrite,
	content: Uint8Array,
	files: Files,
	prefix: string,
): Promise<string> {
	rewrite.signal.throwIfAborted();
	const edits = new Map<string, TreeEdit>();
	for (const [name, below] of groupByName(files)) {
		edits.set(name, await rewriteEntry(rewrite, findEntry(content, name), below, prefix + name));
	}
	return add(rewrite, 'tree', editTree(content, edits));
}

/** One name of a tree: a file, or the folder that the files below it are in. */
async function rewriteEntry(
	rewrite: Rewrite,
	entry: TreeEntry | undefined,
	below: Files,
	path: string,
): Promise<TreeEdit> {
	const bytes = below.get('');
	const kind = bytes === undefined ? 'folder' : 'file';
	if (entry !== undefined) requireKind(path, kindOf(entry), kind);
	if (bytes !== undefined && below.size > 1) requireKind(path, 'folder', kind);
	if (bytes !== undefined) return { id: add(rewrite, 'blob', bytes), kind };
	const folder = entry === undefined ? noEntries : await rewrite.store.read(entry.id, 'tree');
	return { id: await rewriteTree(rewrite, folder, below, `${path}/`), kind };
}

function requirePath(path: string): void {
	const isUsable = path.split('/').every((name) => !unusableName.test(name) && !name.includes('\0'));
	if (!isUsable) throw new RangeError(`${showText(path)} is no path of a file`);
}

function add({ objects }: Rewrite, type: ObjectType, content: Uint8Array): string {
	objects.push({ type, content });
	return nameObject(type, content);
}

function requireKind(path: string, kind: EntryKind, wanted: 'file' | 'folder'): void {
	if ((kind === 'executable' ? 'file' : kind) === wanted) return;
	const where = { kind: 'named', name: showText(path) } as const;
	const remedy = 'name a path where only folders come before a file';
	throw new ProblemError(
		problem('E_GIT_MODE', { where, message: `a ${kind} in the repository`, expected: `a ${wanted}`, remedy }),
	);
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
