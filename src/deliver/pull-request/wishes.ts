// What each policy wants of pull requests, as its passes say.
import type { PullRequestChange } from '../../model/change.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { NoRequest, RestingPolicy } from '../../model/ports/pull-requests.ts';
import { formatBranch, type PullRequestGroup } from '../../model/pull-request.ts';
import type { Instant } from '../../model/time.ts';
import { sameRatio } from '../../model/weights.ts';

export type Wish =
	| { readonly kind: 'wants'; readonly change: PullRequestChange; readonly seenAt: Instant }
	| { readonly kind: 'rests'; readonly resting: RestingPolicy; readonly why: NoRequest };

/** A group's name among all of them: its branch. */
export type Branch = string;

/** A policy that may ask for pull requests, and the groups it may join. */
export interface Asker {
	readonly policy: PolicyKey;
	readonly groups: readonly PullRequestGroup[];
}

/** The wishes of all policies, by group. */
export interface Wishes {
	/** Who may ask from now on; the wishes of others are forgotten. Returns the groups that lost somebody. */
	declare(askers: readonly Asker[]): ReadonlySet<Branch>;
	/** Returns the groups for which this is news. */
	want(change: PullRequestChange, now: Instant): ReadonlySet<Branch>;
	rest(resting: RestingPolicy, why: NoRequest): ReadonlySet<Branch>;
	of(policy: PolicyKey): Wish | undefined;
	/** What the group's policies want, in the order they were decided. */
	wanted(branch: Branch): readonly Extract<Wish, { kind: 'wants' }>[];
	/** The policies that may join the group. */
	askers(branch: Branch): readonly PolicyKey[];
	/** Whether every policy that may join the group has said something. */
	isComplete(branch: Branch): boolean;
	group(branch: Branch): PullRequestGroup | undefined;
	branches(): readonly Branch[];
}

type Groups = ReadonlyMap<
	Branch,
	{ readonly group: PullRequestGroup; readonly askers: readonly PolicyKey[] }
>;

function groupAskers(askers: readonly Asker[]): Groups {
	const joined = askers.flatMap(({ policy, groups }) => groups.map((group) => ({ policy, group })));
	const byBranch = Map.groupBy(joined, ({ group }) => formatBranch(group));
	return new Map(
		[...byBranch].map(([branch, members]) => [
			branch,
			{
				group: members[0]?.group ?? { move: 'failover', name: '' },
				askers: members.map(({ policy }) => policy),
			},
		]),
	);
}

export function createWishes(): Wishes {
	const wishes = new Map<PolicyKey, Wish>();
	let groups: Groups = new Map();
	let branchesOf: ReadonlyMap<PolicyKey, readonly Branch[]> = new Map();

	const wanted: Wishes['wanted'] = (branch) =>
		(groups.get(branch)?.askers ?? [])
			.flatMap((policy) => {
				const wish = wishes.get(policy);
				return wish?.kind === 'wants' && formatBranch(wish.change.group) === branch ? [wish] : [];
			})
			.sort((a, b) => a.change.decidedAt - b.change.decidedAt);

	return {
		declare(askers) {
			const before = branchesOf;
			groups = groupAskers(askers);
			branchesOf = new Map(askers.map(({ policy, groups: joined }) => [policy, joined.map(formatBranch)]));
			const gone = [...wishes.keys()].filter((policy) => !branchesOf.has(policy));
			for (const policy of gone) wishes.delete(policy);
			return new Set(gone.flatMap((policy) => before.get(policy) ?? []));
		},
		want(change, now) {
			const { policy } = change;
			const before = wishes.get(policy);
			// What was seen when it was decided stays what people read: it is the reason they are asked.
			const same = before?.kind === 'wants' && isSame(before.change, change);
			const kept = same ? before.change : change;
			wishes.set(policy, { kind: 'wants', change: kept, seenAt: now });
			if (same) return new Set();
			const left = before?.kind === 'wants' ? [formatBranch(before.change.group)] : [];
			return new Set([...left, formatBranch(change.group)]);
		},
		rest(resting, why) {
			const { policy } = resting;
			const before = wishes.get(policy);
			if (before?.kind === 'rests' && before.why.kind === why.kind && isAsIs(before.why, why))
				return new Set();
			wishes.set(policy, { kind: 'rests', resting, why });
			return new Set(branchesOf.get(policy));
		},
		of: (policy) => wishes.get(policy),
		wanted,
		askers: (branch) => groups.get(branch)?.askers ?? [],
		isComplete: (branch) => (groups.get(branch)?.askers ?? []).every((policy) => wishes.has(policy)),
		group: (branch) => groups.get(branch)?.group,
		branches: () => [...groups.keys()],
	};
}

/** The same move of the same episode, with the same way on: only then nothing that people read differs. */
function isSame(a: PullRequestChange, b: PullRequestChange): boolean {
	return (
		a.shift.episode.id === b.shift.episode.id &&
		a.shift.move === b.shift.move &&
		sameRatio(a.shift.to, b.shift.to) &&
		formatBranch(a.group) === formatBranch(b.group) &&
		a.edit.folder === b.edit.folder &&
		a.autoMerge === b.autoMerge &&
		JSON.stringify([a.rungs, a.failback]) === JSON.stringify([b.rungs, b.failback])
	);
}

function isAsIs(a: NoRequest, b: NoRequest): boolean {
	if (a.kind !== 'unneeded' || b.kind !== 'unneeded') return true;
	if (a.weights === undefined || b.weights === undefined) return a.weights === b.weights;
	return sameRatio(a.weights, b.weights);
}
