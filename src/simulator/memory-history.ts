import { createHash } from 'node:crypto';
import type { BlobId, CommitId, NewCommit, TreeFile } from '../model/ports/repository.ts';

/** A file to commit: its content, or more than that. */
export type NewFile =
	| string
	| Uint8Array
	| { readonly mode: Exclude<TreeFile['mode'], 'file'>; readonly content: string };

/** Files by path. */
export type NewFiles = Readonly<Record<string, NewFile>>;

/** Files by path; `null` deletes one. */
export type FileChanges = Readonly<Record<string, NewFile | null>>;

/** A commit as people read it. */
export interface LoggedCommit {
	readonly id: CommitId;
	readonly message: string;
	/** Paths that differ from the parent, sorted. */
	readonly files: readonly string[];
}

type Tree = ReadonlyMap<string, TreeFile>;

interface CommitFacts {
	readonly parent: CommitId | undefined;
	readonly message: string;
	readonly author?: NewCommit['author'];
	readonly at?: NewCommit['at'];
}

/** Commits and blobs in memory, by ids that depend on nothing but the content. */
export interface MemoryHistory {
	/** Every file of a commit by path, in git's order; of no commit, none. */
	tree(commit: CommitId | undefined): Tree;
	blob(id: BlobId): Uint8Array;
	addBlob(content: Uint8Array): BlobId;
	addCommit(tree: Tree, facts: CommitFacts): CommitId;
	/** A commit and what came before it, newest first. */
	log(tip: CommitId | undefined): readonly LoggedCommit[];
}

export function createMemoryHistory(): MemoryHistory {
	const commits = new Map<CommitId, { tree: Tree; facts: CommitFacts }>();
	const blobs = new Map<BlobId, Uint8Array>();
	const find = (id: CommitId) => commits.get(id) ?? unknownObject(id);

	const tree = (id: CommitId | undefined): Tree => (id === undefined ? new Map() : find(id).tree);

	return {
		tree,
		blob: (id) => blobs.get(id) ?? unknownObject(id),
		addBlob(content) {
			const id = hash(`blob ${content.length}\0`, content);
			blobs.set(id, Uint8Array.from(content));
			return id;
		},
		addCommit(files, facts) {
			const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
			const id = hash(JSON.stringify([facts, sorted]));
			commits.set(id, { tree: new Map(sorted), facts });
			return id;
		},
		log(tip) {
			const found: LoggedCommit[] = [];
			for (let id = tip; id !== undefined; ) {
				const { facts } = find(id);
				found.push({ id, message: facts.message, files: listChanges(tree(facts.parent), tree(id)) });
				id = facts.parent;
			}
			return found;
		},
	};
}

/** Adds a commit as the port makes it: new contents of files that are there. */
export function commitContents(history: MemoryHistory, commit: NewCommit): CommitId {
	const { parent, message, author, at } = commit;
	const tree = new Map(history.tree(parent));
	for (const [path, content] of commit.files) {
		const file = tree.get(path);
		if (file?.mode !== 'file' && file?.mode !== 'executable') {
			throw new RangeError(`${path} is no file of the parent commit`);
		}
		tree.set(path, { ...file, blob: history.addBlob(content) });
	}
	return history.addCommit(tree, { parent, message, author, at });
}

/** Adds a commit as a person makes it; without a parent it is a first one. */
export function commitChanges(
	history: MemoryHistory,
	parent: CommitId | undefined,
	changes: FileChanges,
	message: string,
): CommitId {
	const tree = new Map(history.tree(parent));
	for (const [path, file] of Object.entries(changes)) {
		if (file === null) tree.delete(path);
		else tree.set(path, storeFile(history, path, file));
	}
	return history.addCommit(tree, { parent, message });
}

function storeFile(history: MemoryHistory, path: string, file: NewFile): TreeFile {
	if (file instanceof Uint8Array) return { path, blob: history.addBlob(file), mode: 'file' };
	if (typeof file === 'string') return { path, blob: history.addBlob(Buffer.from(file)), mode: 'file' };
	const { mode, content } = file;
	// A submodule's entry names a commit of another repository, not content.
	return { path, blob: mode === 'submodule' ? content : history.addBlob(Buffer.from(content)), mode };
}

function listChanges(before: Tree, after: Tree): readonly string[] {
	const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
	return paths.filter((path) => {
		const [a, b] = [before.get(path), after.get(path)];
		return a?.blob !== b?.blob || a?.mode !== b?.mode;
	});
}

function unknownObject(id: string): never {
	throw new RangeError(`no object ${id}`);
}

function hash(...parts: readonly (string | Uint8Array)[]): string {
	const digest = createHash('sha1');
	for (const part of parts) digest.update(part);
	return digest.digest('hex');
}
