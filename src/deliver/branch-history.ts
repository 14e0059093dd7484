import type { CommitFacts, CommitId, FileDifference, Repository } from '../model/ports/repository.ts';

/** A commit, and what it changed against its first parent, by path. */
export interface HistoryStep {
	readonly commit: CommitFacts;
	readonly differences: ReadonlyMap<string, FileDifference>;
}

/** The newest commits of a branch, each read once, however many ask. */
export interface BranchHistory {
	/** The commit so many steps before the tip; `undefined` past the last that is looked at, and for the first of all. */
	step(back: number): Promise<HistoryStep | undefined>;
	/** A commit among them by its id, or how that begins. */
	find(id: string): Promise<CommitFacts | undefined>;
}

/** Commits looked at: few at first, then as many as a busy repository gets in some days. */
const depths: readonly number[] = [50, 200];

/** Looks back from `tip` while `signal` lasts. What cannot be had throws what the repository throws. */
export function readHistory(repository: Repository, tip: CommitId, signal: AbortSignal): BranchHistory {
	const steps = new Map<number, Promise<HistoryStep | undefined>>();
	const reads = new Map<number, Promise<readonly CommitFacts[]>>();

	/** One more than the depth, as the last one needs its parent. */
	const commitsTo = (depth: number): Promise<readonly CommitFacts[]> =>
		remember(reads, depth, () => repository.history(tip, depth + 1, signal));

	const readStep = async (back: number): Promise<HistoryStep | undefined> => {
		const depth = depths.find((each) => back < each);
		const commits = depth === undefined ? [] : await commitsTo(depth);
		const [commit, parent] = [commits[back], commits[back + 1]];
		if (commit === undefined || parent === undefined) return undefined;
		const differences = await repository.differences(parent.id, commit.id, signal);
		return { commit, differences: new Map(differences.map((each) => [each.path, each])) };
	};

	return {
		step: (back) => remember(steps, back, () => readStep(back)),
		async find(id) {
			for (const depth of depths) {
				const found = (await commitsTo(depth)).find((commit) => commit.id.startsWith(id));
				if (found !== undefined) return found;
			}
			return undefined;
		},
	};
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
	const value = known.get(key) ?? read();
	known.set(key, value);
	return value;
}
