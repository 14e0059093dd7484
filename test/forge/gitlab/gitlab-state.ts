import { type CommitStore, createCommitStore } from '../../support/openapi-commits.ts';

export interface FakeMerge {
	readonly iid: number;
	readonly head: string;
	readonly base: string;
	/** Number of the head's project; another than ours is a fork. */
	readonly sourceProject: number;
	readonly author: string;
	readonly createdAt: number;
	title: string;
	description: string;
	state: 'opened' | 'closed' | 'merged';
	sha: string;
	updatedAt: number;
	closedAt?: number;
	closedBy?: string;
	mergedAt?: number;
	mergedBy?: string;
	mergeCommit?: string;
	labels: string[];
	reviewers: string[];
	readonly approvals: Set<string>;
	autoMergeBy?: string;
	/** The head for which GitLab knows whether it fits: it finds out once it is asked. */
	checkedFor?: string;
	/** The head for which a pipeline is there, though it has no jobs yet. */
	pipelineFor?: string;
}

export interface FakeNote {
	readonly id: number;
	readonly merge: number;
	readonly author: string;
	readonly createdAt: number;
	readonly isSystem: boolean;
	/** Of a remark on a line. */
	readonly place?: { readonly path: string; readonly line: number };
	body: string;
}

export interface FakeStatus {
	readonly id: number;
	readonly sha: string;
	readonly name: string;
	readonly author: string;
	state: string;
	description: string | null;
	url: string | null;
	isOptional: boolean;
}

/** The one project that the server has, and all that belongs to it. */
export interface GitLabState {
	readonly path: string;
	readonly projectId: number;
	now: number;
	readonly commits: CommitStore;
	readonly merges: FakeMerge[];
	readonly notes: FakeNote[];
	readonly statuses: FakeStatus[];
	/** Access levels by username; those of level 0 are known to GitLab, and no members. */
	readonly people: Map<string, number>;
	readonly protectedBranches: Set<string>;
	/** By branch. */
	readonly approvals: Map<string, number>;
	readonly checks: Map<string, readonly string[]>;
	mustPassPipeline: boolean;
	/** Free, or with what Premium and Ultimate add. */
	isUltimate: boolean;
	nextId: number;
	nextIid: number;
}

export function createGitLabState(files: Readonly<Record<string, string>>): GitLabState {
	return {
		path: 'acme/platform/config',
		projectId: 7,
		now: 1_750_000_000_000,
		commits: createCommitStore(files),
		merges: [],
		notes: [],
		statuses: [],
		people: new Map(),
		protectedBranches: new Set(),
		approvals: new Map(),
		checks: new Map(),
		mustPassPipeline: false,
		isUltimate: true,
		nextId: 1,
		nextIid: 1,
	};
}

export function takeId(state: GitLabState): number {
	state.nextId += 1;
	return state.nextId;
}

export function touch(state: GitLabState, merge: FakeMerge): FakeMerge {
	state.now += 1_000;
	merge.updatedAt = state.now;
	return merge;
}

function isOpenFrom(state: GitLabState, merge: FakeMerge, branch: string): boolean {
	return merge.state === 'opened' && merge.head === branch && merge.sourceProject === state.projectId;
}

export function pushCommit(
	state: GitLabState,
	branch: string,
	files: Readonly<Record<string, string>>,
): string {
	const sha = state.commits.commit(branch, files);
	for (const merge of state.merges) {
		if (!isOpenFrom(state, merge, branch)) continue;
		touch(state, merge).sha = sha;
		// A push calls off what was to be merged by itself.
		delete merge.autoMergeBy;
	}
	return sha;
}

/** GitLab closes what has lost its branch, and says so in a note of its own. */
export function deleteBranch(state: GitLabState, branch: string, by: string): void {
	state.commits.remove(branch);
	for (const merge of state.merges.filter((each) => isOpenFrom(state, each, branch))) {
		closeMerge(state, merge, by);
		addNote(state, merge, { author: by, body: `deleted source branch \`${branch}\``, isSystem: true });
	}
}

export function closeMerge(state: GitLabState, merge: FakeMerge, by: string): void {
	touch(state, merge).state = 'closed';
	merge.closedAt = state.now;
	merge.closedBy = by;
	delete merge.autoMergeBy;
	addNote(state, merge, { author: by, body: 'closed', isSystem: true });
}

export function addNote(
	state: GitLabState,
	{ iid }: FakeMerge,
	note: Pick<FakeNote, 'author' | 'body' | 'isSystem' | 'place'>,
): FakeNote {
	state.now += 1_000;
	const added = { ...note, id: takeId(state), merge: iid, createdAt: state.now };
	state.notes.push(added);
	return added;
}

export function acceptMerge(state: GitLabState, merge: FakeMerge, by: string): void {
	merge.mergeCommit = state.commits.merge(merge.base, merge.sha);
	touch(state, merge).state = 'merged';
	merge.mergedAt = state.now;
	merge.mergedBy = by;
	delete merge.autoMergeBy;
	addNote(state, merge, { author: by, body: 'merged', isSystem: true });
}

export function mayMerge(state: GitLabState, login: string): boolean {
	return (state.people.get(login) ?? 0) >= 30;
}

export function isDraft({ title }: FakeMerge): boolean {
	return /^(draft:|\[draft\]|\(draft\))/i.test(title);
}

/** All statuses of a commit together. */
export function pipelineOf(state: GitLabState, { sha, pipelineFor }: FakeMerge): string | undefined {
	const newest = [...newestStatuses(state, sha).values()].filter(({ isOptional }) => !isOptional);
	if (newest.length === 0) return pipelineFor === sha ? 'running' : undefined;
	if (newest.some((each) => each.state === 'failed' || each.state === 'canceled')) return 'failed';
	return newest.every((each) => each.state === 'success' || each.state === 'skipped') ? 'success' : 'running';
}

export function newestStatuses(state: GitLabState, sha: string): ReadonlyMap<string, FakeStatus> {
	return new Map(state.statuses.filter((each) => each.sha === sha).map((each) => [each.name, each]));
}

/** As GitLab names what stands in the way: https://docs.gitlab.com/api/merge_requests/#merge-status */
export function detailOf(state: GitLabState, merge: FakeMerge): string {
	if (merge.state !== 'opened') return 'not_open';
	if (isDraft(merge)) return 'draft_status';
	if (merge.checkedFor !== merge.sha) return 'unchecked';
	if (state.commits.hasConflict(merge.base, merge.sha)) return 'conflict';
	if (merge.approvals.size < (state.approvals.get(merge.base) ?? 0)) return 'not_approved';
	const pipeline = pipelineOf(state, merge);
	if (state.mustPassPipeline && pipeline !== 'success') {
		return pipeline === 'running' ? 'ci_still_running' : 'ci_must_pass';
	}
	return 'mergeable';
}

/** GitLab merges by itself what nothing stands in the way of any more. */
export function runAutoMerges(state: GitLabState): void {
	for (const merge of state.merges) {
		if (merge.autoMergeBy === undefined) continue;
		merge.checkedFor = merge.sha;
		const isPassed = pipelineOf(state, merge) === 'success';
		if (isPassed && detailOf(state, merge) === 'mergeable') acceptMerge(state, merge, merge.autoMergeBy);
	}
}
