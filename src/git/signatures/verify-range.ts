import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import type { SignedCommit } from './verify-signed-commit.ts';

/** What lies between a trusted commit and a tip, as far as the history at hand tells. */
export type CommitRange =
	/**
	 * Every commit that is reachable from the tip and not from the trusted one, oldest first. Where it is not exact,
	 * history that is missing could show some of them to be older than the trusted commit; none is left out.
	 */
	{ readonly kind: 'range'; readonly commits: readonly SignedCommit[]; readonly isExact: boolean } | NoRange;

/** Why there is none. */
export type NoRange =
	/** The tip is an ancestor of the trusted commit. */
	| { readonly kind: 'behind' }
	/** The trusted commit is no ancestor of the tip. */
	| { readonly kind: 'unrelated' }
	/** History that is needed is missing. */
	| { readonly kind: 'cut' }
	/** More commits than are looked at. */
	| { readonly kind: 'long' };

export interface RangeEnds {
	readonly tip: CommitId;
	readonly trusted: CommitId;
	/** Commits in the range; more are not looked at. */
	readonly limit: number;
}

/** `undefined` for a commit that is not at hand. */
export type ReadCommit = (id: CommitId) => Promise<SignedCommit | undefined>;

interface Visit {
	readonly id: CommitId;
	/** `undefined` when it is not at hand. */
	readonly commit: SignedCommit | undefined;
	/** Reachable from the trusted commit: whatever it says was accepted before. */
	isOld: boolean;
}

/**
 * How many old commits are followed once everything new is known: a commit dated before its parent may show only
 * then to be old.
 */
const slop = 256;

/**
 * Walks back from both ends, newest first, until all that is left is reachable from the trusted commit. Parents are
 * read from the commits themselves, so that no shallow boundary or graft can hide one.
 */
export async function walkRange(
	{ tip, trusted, limit }: RangeEnds,
	read: ReadCommit,
	signal: AbortSignal,
): Promise<CommitRange> {
	const walk = createWalk(read, trusted);
	await walk.reach(trusted, true);
	await walk.reach(tip, false);
	for (let next = walk.take(); next !== undefined; next = walk.take()) {
		signal.throwIfAborted();
		for (const parent of next.commit?.parents ?? []) await walk.reach(parent, next.isOld);
		if (walk.fresh.size > limit) return { kind: 'long' };
	}
	if (tip !== trusted && walk.visits.get(tip)?.isOld) return { kind: 'behind' };
	return judgeWalk(walk, tip === trusted || walk.isTrustedReached());
}

interface Walk {
	readonly visits: ReadonlyMap<CommitId, Visit>;
	/** Not known to be reachable from the trusted commit, in the order they were met. */
	readonly fresh: ReadonlySet<Visit>;
	reach(id: CommitId, isOld: boolean): Promise<void>;
	/** The newest commit whose parents were not reached yet; none once they can tell nothing more. */
	take(): Visit | undefined;
	/** Whether a fresh commit has the trusted one as a parent. */
	isTrustedReached(): boolean;
}

function createWalk(read: ReadCommit, trusted: CommitId): Walk {
	const visits = new Map<CommitId, Visit>();
	const fresh = new Set<Visit>();
	const waiting = new Set<Visit>();
	/** By date, the newest last. */
	const queue: Visit[] = [];
	let isTrustedReached = false;
	let spare = slop;

	const paintOld = (visit: Visit): void => {
		visit.isOld = true;
		fresh.delete(visit);
		// Its parents are old as well, even where they were reached before.
		if (!waiting.delete(visit)) enqueue(queue, visit);
	};
	return {
		visits,
		fresh,
		async reach(id, isOld) {
			if (id === trusted && !isOld) isTrustedReached = true;
			const known = visits.get(id);
			if (known !== undefined) {
				if (isOld && !known.isOld) paintOld(known);
				return;
			}
			const visit = { id, commit: await read(id), isOld };
			visits.set(id, visit);
			enqueue(queue, visit);
			if (isOld) return;
			fresh.add(visit);
			waiting.add(visit);
		},
		take() {
			if (waiting.size === 0 && (!hasMerge(fresh) || spare-- <= 0)) return undefined;
			const next = queue.pop();
			if (next !== undefined) waiting.delete(next);
			return next;
		},
		isTrustedReached: () => isTrustedReached,
	};
}

function judgeWalk({ visits, fresh }: Walk, isTrustedReached: boolean): CommitRange {
	const commits = [...fresh].flatMap(({ commit }) => commit ?? []);
	if (commits.length < fresh.size) return { kind: 'cut' };
	if (!isTrustedReached) return { kind: 'unrelated' };
	const isOldCut = [...visits.values()].some(({ commit, isOld }) => isOld && commit === undefined);
	return { kind: 'range', commits: commits.reverse(), isExact: !(isOldCut && hasMerge(fresh)) };
}

/** Without a merge the way from the tip to the trusted commit is a single line, and exact. */
function hasMerge(fresh: ReadonlySet<Visit>): boolean {
	return [...fresh].some(({ commit }) => (commit?.parents.length ?? 0) > 1);
}

function enqueue(queue: Visit[], visit: Visit): void {
	const date = dateOf(visit);
	const place = queue.findLastIndex((other) => dateOf(other) <= date);
	queue.splice(place + 1, 0, visit);
}

/** What is not at hand leads nowhere, whenever it is looked at. */
function dateOf({ commit }: Visit): Instant {
	return commit?.at ?? Number.NEGATIVE_INFINITY;
}
