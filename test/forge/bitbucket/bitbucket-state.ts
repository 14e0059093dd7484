import { type CommitStore, createCommitStore } from '../../support/openapi-commits.ts';

export interface FakePull {
	readonly id: number;
	readonly head: string;
	readonly base: string;
	/** Full name of the head's repository. */
	readonly source: string;
	readonly author: string;
	readonly createdAt: number;
	readonly isDraft: boolean;
	title: string;
	description: string;
	state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
	commit: string;
	updatedAt: number;
	closedBy?: string;
	mergeCommit?: string;
	reviewers: string[];
	readonly approvals: Set<string>;
}

export interface FakeComment {
	readonly id: number;
	readonly pull: number;
	readonly author: string;
	readonly createdAt: number;
	readonly inline?: { readonly path: string; readonly to: number };
	raw: string;
	isDeleted: boolean;
}

export interface FakeStatus {
	readonly commit: string;
	readonly key: string;
	readonly name: string;
	readonly state: string;
	readonly description: string;
	readonly url: string;
}

export interface Restriction {
	readonly kind: string;
	readonly pattern: string;
	readonly value: number | null;
	/** Who may, all the same. */
	readonly users: readonly string[];
}

/** The one repository that the server has, and all that belongs to it. */
export interface BitbucketState {
	readonly workspace: string;
	readonly name: string;
	now: number;
	readonly commits: CommitStore;
	readonly pulls: FakePull[];
	readonly comments: FakeComment[];
	/** By commit and key. */
	readonly statuses: Map<string, FakeStatus>;
	/** What people may do, by uuid; those who may nothing are known to Bitbucket all the same. */
	readonly people: Map<string, 'admin' | 'write' | 'read' | undefined>;
	readonly nicknames: Map<string, string>;
	readonly restrictions: Restriction[];
	/** Ways of merging into `main`. */
	strategies: readonly string[];
	/** A merge is answered before it is done. */
	isSlow: boolean;
	isPrivate: boolean;
	nextId: number;
}

export function createBitbucketState(files: Readonly<Record<string, string>>): BitbucketState {
	return {
		workspace: 'acme',
		name: 'config',
		now: 1_750_000_000_000,
		commits: createCommitStore(files),
		pulls: [],
		comments: [],
		statuses: new Map(),
		people: new Map(),
		nicknames: new Map(),
		restrictions: [],
		strategies: ['merge_commit', 'squash', 'fast_forward'],
		isSlow: false,
		isPrivate: false,
		nextId: 1,
	};
}

export function fullName({ workspace, name }: BitbucketState): string {
	return `${workspace}/${name}`;
}

export function takeId(state: BitbucketState): number {
	state.nextId += 1;
	return state.nextId;
}

export function touch(state: BitbucketState, pull: FakePull): FakePull {
	state.now += 1_000;
	pull.updatedAt = state.now;
	return pull;
}

export function pushCommit(
	state: BitbucketState,
	branch: string,
	files: Readonly<Record<string, string>>,
): string {
	const commit = state.commits.commit(branch, files);
	for (const pull of state.pulls) {
		const isOurs = pull.head === branch && pull.source === fullName(state);
		if (isOurs && pull.state === 'OPEN') touch(state, pull).commit = commit;
	}
	return commit;
}

export function acceptPull(state: BitbucketState, pull: FakePull, by: string): void {
	pull.mergeCommit = state.commits.merge(pull.base, pull.commit);
	touch(state, pull).state = 'MERGED';
	pull.closedBy = by;
}

export function mayWrite(state: BitbucketState, account: string): boolean {
	const permission = state.people.get(account);
	return permission === 'admin' || permission === 'write';
}

/** What stands in the way of a merge, in words. */
export function findObstacle(state: BitbucketState, pull: FakePull): string | undefined {
	if (pull.isDraft) return 'You can’t merge a draft pull request.';
	if (state.commits.hasConflict(pull.base, pull.commit)) {
		return 'You can’t merge until you resolve all merge conflicts.';
	}
	const needed = (kind: string): number =>
		Math.max(
			0,
			...state.restrictions
				.filter((each) => each.kind === kind && each.pattern === pull.base)
				.map(({ value }) => value ?? 0),
		);
	const builds = [...state.statuses.values()].filter(({ commit }) => commit === pull.commit);
	const hasBuilds =
		builds.filter((build) => build.state === 'SUCCESSFUL').length >=
		needed('require_passing_builds_to_merge');
	const hasApprovals = pull.approvals.size >= needed('require_approvals_to_merge');
	return hasBuilds && hasApprovals ? undefined : 'Pull request has failed merge checks.';
}
