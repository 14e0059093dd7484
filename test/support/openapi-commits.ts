import { createHash } from 'node:crypto';

type Files = ReadonlyMap<string, string>;

interface Commit {
	readonly files: Files;
	readonly parents: readonly string[];
}

/** As much of Git as a forge without a Git server needs: the same change on the same commit is the same commit. */
export interface CommitStore {
	readonly branches: ReadonlyMap<string, string>;
	has(commit: string): boolean;
	/** Files of a branch or commit. */
	files(at: string): Files;
	/** A branch that is not there begins at `main`. */
	commit(branch: string, files: Readonly<Record<string, string>>): string;
	/** A commit that is on no branch: that of a fork. */
	commitAside(base: string, files: Readonly<Record<string, string>>): string;
	remove(branch: string): void;
	isWithin(commit: string, base: string): boolean;
	/** Files that `head` has otherwise than where it began. */
	changes(base: string, head: string): Files;
	hasConflict(base: string, head: string): boolean;
	/** Brings what `head` changes to a branch. */
	merge(branch: string, head: string): string;
}

export function createCommitStore(first: Readonly<Record<string, string>>): CommitStore {
	const commits = new Map<string, Commit>();
	const branches = new Map<string, string>();

	const put = (files: Files, parents: readonly string[]): string => {
		const text = JSON.stringify([[...files].sort(), parents]);
		const id = createHash('sha1').update(text).digest('hex');
		commits.set(id, { files, parents });
		return id;
	};
	const get = (at: string): Commit => {
		const found = commits.get(branches.get(at) ?? at);
		if (found === undefined) throw new Error(`no commit ${at}`);
		return found;
	};
	const ancestors = (id: string): ReadonlySet<string> => {
		const found = new Set([id]);
		for (const each of found) for (const parent of get(each).parents) found.add(parent);
		return found;
	};
	const beginning = (base: string, head: string): Files => {
		const known = ancestors(base);
		const shared = [...ancestors(head)].find((id) => known.has(id));
		return shared === undefined ? new Map() : get(shared).files;
	};
	const changes = (base: string, head: string): Files => {
		const from = beginning(base, head);
		return new Map([...get(head).files].filter(([path, text]) => from.get(path) !== text));
	};
	const add = (parent: string, files: Readonly<Record<string, string>>): string =>
		put(new Map([...get(parent).files, ...Object.entries(files)]), [parent]);

	branches.set('main', put(new Map(Object.entries(first)), []));
	return {
		branches,
		has: (commit) => commits.has(commit),
		files: (at) => get(at).files,
		commit(branch, files) {
			const id = add(branches.get(branch) ?? branches.get('main') ?? '', files);
			branches.set(branch, id);
			return id;
		},
		commitAside: (base, files) => add(branches.get(base) ?? base, files),
		remove: (branch) => void branches.delete(branch),
		isWithin: (commit, base) => ancestors(branches.get(base) ?? base).has(commit),
		changes: (base, head) => changes(branches.get(base) ?? base, head),
		hasConflict(base, head) {
			const tip = branches.get(base) ?? base;
			const theirs = changes(head, tip);
			return [...changes(tip, head)].some(([path, text]) => theirs.has(path) && theirs.get(path) !== text);
		},
		merge(branch, head) {
			const tip = branches.get(branch) ?? '';
			const id = put(new Map([...get(tip).files, ...changes(tip, head)]), [tip, head]);
			branches.set(branch, id);
			return id;
		},
	};
}

/** Lines of a changed file that a diff shows, counted from 1: those that changed, and three around them. */
export function shownLines(
	before: string | undefined,
	after: string,
): readonly [first: number, last: number] {
	const [old, lines] = [before?.split('\n') ?? [], after.replace(/\n$/, '').split('\n')];
	const changed = lines.flatMap((line, index) => (old[index] === line ? [] : [index + 1]));
	const first = Math.max(1, (changed[0] ?? 1) - 3);
	return [first, Math.min(lines.length, (changed.at(-1) ?? 1) + 3)];
}
