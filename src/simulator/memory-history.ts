import { createHash } from 'node:crypto';
import type {
	BlobId,
	CommitFacts,
	CommitId,
	FileDifference,
	Identity,
	NewCommit,
	TreeFile,
} from '../model/ports/repository.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';

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

/** Who commits, and when. */
export interface Authorship {
	readonly author?: Identity;
	/** Default: the author. */
	readonly committer?: Identity;
	readonly at?: Instant;
}

interface StoredCommit extends Authorship {
	readonly parent: CommitId | undefined;
	/** Of a merge: what was merged into it. */
	readonly merged?: CommitId;
	readonly message: string;
}

/** Whoever commits without giving a name. */
const somebody: Identity = { name: 'Somebody Else', email: 'else@example.com' };

/** When, where nobody says. */
const someDay: Instant = 1_750_000_000_000;

/** Commits and blobs in memory, by ids that depend on nothing but the content. */
export interface MemoryHistory {
	/** Every file of a commit by path, in git's order; of no commit, none. */
	tree(commit: CommitId | undefined): Tree;
	blob(id: BlobId): Uint8Array;
	addBlob(content: Uint8Array): BlobId;
	addCommit(tree: Tree, commit: StoredCommit): CommitId;
	/** `undefined` where there is no such commit. */
	read(commit: CommitId): CommitFacts | undefined;
	/** A commit and all that came before it, along any parents. */
	ancestors(commit: CommitId): ReadonlySet<CommitId>;
	/** Paths whose files differ, in git's order. */
	differences(before: CommitId, after: CommitId): readonly FileDifference[];
	/** A commit and what came before it along first parents, newest first. */
	log(tip: CommitId | undefined): readonly LoggedCommit[];
}

export function createMemoryHistory(): MemoryHistory {
	const commits = new Map<CommitId, { tree: Tree; facts: StoredCommit }>();
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
			const sorted = [...files].sort(([a], [b]) => compareBytes(a, b));
			const id = hash(JSON.stringify([facts, sorted]));
			commits.set(id, { tree: new Map(sorted), facts });
			return id;
		},
		ancestors(commit) {
			const found = new Set([commit]);
			// What is added while it is gone through is gone through as well.
			for (const id of found) {
				const { parent, merged } = find(id).facts;
				if (parent !== undefined) found.add(parent);
				if (merged !== undefined) found.add(merged);
			}
			return found;
		},
		read(id) {
			const facts = commits.get(id)?.facts;
			if (facts === undefined) return undefined;
			const { parent, merged, author = somebody, at = someDay, message } = facts;
			const parents = [parent, merged].filter((each) => each !== undefined);
			return { id, parents, author, at: at - (at % 1000), message: message.trimEnd() };
		},
		differences: (before, after) => compareTrees(tree(before), tree(after)),
		log(tip) {
			const found: LoggedCommit[] = [];
			for (let id = tip; id !== undefined; ) {
				const { facts } = find(id);
				found.push({
					id,
					message: facts.message,
					files: compareTrees(tree(facts.parent), tree(id)).map(({ path }) => path),
				});
				id = facts.parent;
			}
			return found;
		},
	};
}

/** Adds a commit as the port makes it: new contents of files that are there, and new files. */
export function commitContents(history: MemoryHistory, commit: NewCommit): CommitId {
	const { parent, message, author, committer, at } = commit;
	const tree = new Map(history.tree(parent));
	for (const [path, content] of commit.files) {
		requirePath(tree, path);
		const mode = tree.get(path)?.mode ?? 'file';
		tree.set(path, { path, blob: history.addBlob(content), mode });
	}
	const people = committer === undefined ? { author } : { author, committer };
	return history.addCommit(tree, { parent, message, ...people, at });
}

/** What git takes for no name of a file, in any case of letters. */
const unusableName = /^(?:\.{0,2}|\.git|git~1)$/i;

/** Throws unless a file can be written there: something else may be in the way. */
function requirePath(tree: Tree, path: string): void {
	const names = path.split('/');
	if (names.some((name) => unusableName.test(name))) throw new RangeError(`${path} is no path of a file`);
	for (let length = 1; length < names.length; length += 1) {
		const kind = tree.get(names.slice(0, length).join('/'))?.mode;
		if (kind !== undefined) throw explainMode(names.slice(0, length).join('/'), kind, 'folder');
	}
	const mode = tree.get(path)?.mode ?? 'file';
	if (mode !== 'file' && mode !== 'executable') throw explainMode(path, mode, 'file');
	const isFolder = [...tree.keys()].some((other) => other.startsWith(`${path}/`));
	if (isFolder) throw explainMode(path, 'folder', 'file');
}

function explainMode(path: string, kind: string, wanted: string): ProblemError {
	const where = { kind: 'named', name: path } as const;
	const message = `a ${kind} in the repository`;
	return new ProblemError(problem('E_GIT_MODE', { where, message, expected: `a ${wanted}` }));
}

/** Adds a commit as a person makes it; without a parent it is a first one. */
export function commitChanges(
	history: MemoryHistory,
	parent: CommitId | undefined,
	changes: FileChanges,
	facts: Authorship & { readonly message: string },
): CommitId {
	const tree = new Map(history.tree(parent));
	for (const [path, file] of Object.entries(changes)) {
		if (file === null) tree.delete(path);
		else tree.set(path, storeFile(history, path, file));
	}
	return history.addCommit(tree, { ...facts, parent });
}

function storeFile(history: MemoryHistory, path: string, file: NewFile): TreeFile {
	if (file instanceof Uint8Array) return { path, blob: history.addBlob(file), mode: 'file' };
	if (typeof file === 'string') return { path, blob: history.addBlob(Buffer.from(file)), mode: 'file' };
	const { mode, content } = file;
	// A submodule's entry names a commit of another repository, not content.
	return { path, blob: mode === 'submodule' ? content : history.addBlob(Buffer.from(content)), mode };
}

function compareTrees(before: Tree, after: Tree): readonly FileDifference[] {
	const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareBytes);
	return paths.flatMap((path) => {
		const [a, b] = [before.get(path), after.get(path)];
		if (a?.blob === b?.blob && a?.mode === b?.mode) return [];
		return [{ path, ...(a === undefined ? {} : { before: a }), ...(b === undefined ? {} : { after: b }) }];
	});
}

/** git's order. */
function compareBytes(a: string, b: string): number {
	return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function unknownObject(id: string): never {
	throw new RangeError(`no object ${id}`);
}

function hash(...parts: readonly (string | Uint8Array)[]): string {
	const digest = createHash('sha1');
	for (const part of parts) digest.update(part);
	return digest.digest('hex');
}
