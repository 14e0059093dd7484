import type { CommitId } from '../model/ports/repository.ts';
import { createMemoryHistory, type MemoryHistory } from './memory-history.ts';

/** A branch that was made, moved or deleted. */
export interface MovedBranch {
	readonly branch: string;
	readonly before?: CommitId;
	readonly after?: CommitId;
}

/** A Git server's side of one repository, in memory: branches over one history. */
export interface MemoryServer {
	readonly history: MemoryHistory;
	/** The branch that the others are of, most of them. */
	readonly main: string;
	/** All branches, sorted by name. */
	branches(): ReadonlyMap<string, CommitId>;
	tip(branch: string): CommitId | undefined;
	/** Whether there ever was one. */
	hadBranch(): boolean;
	/** Puts a branch on a commit, wherever it was; `undefined` deletes it. */
	move(branch: string, commit: CommitId | undefined): void;
	/** A branch that stands in the way of one of this name: `a` of `a/b`, and `a/b` of `a`. */
	findClash(branch: string): string | undefined;
	/** Calls the listener after each move, until the returned function is called. */
	subscribe(listener: (move: MovedBranch) => void): () => void;
	/** Has pushes judged by this from now on. */
	guard(check: PushCheck): void;
	/** Why a push to a branch is refused; `undefined`: it is not. */
	judge: PushCheck;
}

/** By branch and the login of whoever pushes. */
export type PushCheck = (branch: string, pusher: string) => string | undefined;

export function createMemoryServer(main: string): MemoryServer {
	const tips = new Map<string, CommitId>();
	let hadBranch = false;
	let check: PushCheck = () => undefined;
	const listeners = new Set<(move: MovedBranch) => void>();
	return {
		history: createMemoryHistory(),
		main,
		branches: () => new Map([...tips].sort(([a], [b]) => (a < b ? -1 : 1))),
		tip: (branch) => tips.get(branch),
		hadBranch: () => hadBranch,
		move(branch, after) {
			const before = tips.get(branch);
			if (before === after) return;
			if (after === undefined) tips.delete(branch);
			else tips.set(branch, after);
			hadBranch = true;
			const facts = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
			for (const listener of listeners) listener({ branch, ...facts });
		},
		findClash: (branch) =>
			[...tips.keys()].find((other) => other.startsWith(`${branch}/`) || branch.startsWith(`${other}/`)),
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		guard(newCheck) {
			check = newCheck;
		},
		judge: (branch, pusher) => check(branch, pusher),
	};
}
