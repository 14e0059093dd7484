import type { Ancestry, CommitFacts, CommitId } from '../model/ports/repository.ts';

/** The commits that a mirror holds, and a way to have more of them. */
export interface CommitSource {
	/** `undefined` where the mirror lacks it. */
	read(commit: CommitId): Promise<CommitFacts | undefined>;
	/** Fetches a commit and `depth` - 1 generations before it. Throws ProblemError. */
	deepen(commit: CommitId, depth: number): Promise<void>;
	/** What is thrown where the server has no more of a history either. */
	explainEnd(missing: CommitId): Error;
}

/** The first fetch of a history brings this many generations, each further one four times as many as there are. */
const firstDepth = 16;

/** How many commits are looked through for an ancestor. */
export const maxSearchedCommits = 1024;

/** What a walk came to: all it wanted, or a commit that is not there. */
interface Walk {
	/** Generations that are there. */
	readonly depth: number;
	readonly missing?: CommitId;
}

/** The commit and its first parents, newest first, at most `limit`. */
export async function readHistory(
	source: CommitSource,
	commit: CommitId,
	limit: number,
): Promise<readonly CommitFacts[]> {
	let found: CommitFacts[] = [];
	await walkDeepening(source, commit, limit, async () => {
		found = [];
		for (let id: CommitId | undefined = commit; id !== undefined && found.length < limit; ) {
			const facts = await source.read(id);
			if (facts === undefined) return { depth: found.length, missing: id };
			found.push(facts);
			[id] = facts.parents;
		}
		return { depth: found.length };
	});
	return found;
}

/** Whether `older` is in the history of `newer`, along any of its parents. */
export async function searchAncestor(
	source: CommitSource,
	older: CommitId,
	newer: CommitId,
): Promise<Ancestry> {
	const before = await collectKnownAncestors(source, older);
	let answer: Ancestry = 'unknown';
	await walkDeepening(source, newer, maxSearchedCommits, async () => {
		const search = await searchGenerations(source, newer, { wanted: older, before });
		if ('answer' in search) ({ answer } = search);
		return search;
	});
	return answer;
}

/** What is looked for, and what cannot come after it since it comes before it. */
interface Search {
	readonly wanted: CommitId;
	readonly before: ReadonlySet<CommitId>;
}

async function searchGenerations(
	source: CommitSource,
	start: CommitId,
	{ wanted, before }: Search,
): Promise<Walk & { readonly answer?: Ancestry }> {
	const seen = new Set<CommitId>();
	let generation: ReadonlySet<CommitId> = new Set([start]);
	let depth = 0;
	for (; generation.size > 0 && seen.size < maxSearchedCommits; depth += 1) {
		if (generation.has(wanted)) return { depth, answer: 'ancestor' };
		const commits = await Promise.all([...generation].map((id) => source.read(id)));
		const missing = [...generation].find((_, index) => commits[index] === undefined);
		if (missing !== undefined) return { depth, missing };
		for (const id of generation) seen.add(id);
		const parents = new Set(commits.flatMap((facts) => facts?.parents ?? []));
		generation = parents.difference(seen).difference(before);
	}
	return { depth, answer: generation.size === 0 ? 'rewritten' : 'unknown' };
}

/** Walks again with more history each time, until nothing is missing. */
async function walkDeepening(
	source: CommitSource,
	commit: CommitId,
	limit: number,
	walk: () => Promise<Walk>,
): Promise<void> {
	let fetched = 0;
	for (;;) {
		const { depth, missing } = await walk();
		if (missing === undefined) return;
		if (fetched > depth) throw source.explainEnd(missing);
		fetched = Math.min(limit, Math.max(firstDepth, depth * 4));
		await source.deepen(commit, fetched);
	}
}

/** As far as the mirror has them: nothing is fetched for these. */
async function collectKnownAncestors(source: CommitSource, commit: CommitId): Promise<ReadonlySet<CommitId>> {
	const found = new Set<CommitId>();
	const waiting = [commit];
	for (
		let next = waiting.pop();
		next !== undefined && found.size < maxSearchedCommits;
		next = waiting.pop()
	) {
		const facts = await source.read(next);
		for (const parent of facts?.parents ?? []) {
			if (!found.has(parent)) waiting.push(parent);
			found.add(parent);
		}
	}
	return found;
}
