import { type CommitStore, createCommitStore } from '../../support/openapi-commits.ts';

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

export interface FakePull {
	readonly number: number;
	readonly head: string;
	readonly base: string;
	/** Owner of the head's repository; another than ours is a fork. */
	readonly headOwner: string;
	readonly author: string;
	readonly isDraft: boolean;
	readonly createdAt: number;
	title: string;
	body: string;
	state: 'open' | 'closed';
	sha: string;
	updatedAt: number;
	closedAt?: number;
	mergedAt?: number;
	mergedBy?: string;
	mergeCommit?: string;
	labels: string[];
	reviewers: string[];
	teams: string[];
	readonly approvals: Set<string>;
	autoMerge?: { readonly method: 'merge' | 'squash' | 'rebase'; readonly by: string };
	/** The head for which mergeability has been computed: GitHub begins once it is asked. */
	computedFor?: string;
}

export interface FakeComment {
	readonly id: number;
	readonly pull: number;
	readonly author: string;
	readonly createdAt: number;
	body: string;
}

export interface FakeEvent {
	readonly pull: number;
	readonly event: 'closed' | 'head_ref_deleted';
	readonly actor: string;
	readonly at: number;
}

export interface FakeReview {
	readonly pull: number;
	readonly commit: string;
	readonly body: string;
	readonly comments: readonly { readonly path: string; readonly line: number; readonly body: string }[];
}

export interface FakeStatus {
	readonly sha: string;
	readonly context: string;
	readonly state: 'error' | 'failure' | 'pending' | 'success';
	readonly description: string | null;
	readonly url: string | null;
}

export interface FakeCheckRun {
	readonly sha: string;
	readonly name: string;
	readonly status: 'queued' | 'in_progress' | 'completed';
	readonly conclusion: string | null;
	readonly startedAt: number;
}

/** Classic protection of a branch. */
export interface FakeProtection {
	readonly checks?: readonly string[];
	readonly approvals?: number;
	readonly pushers?: readonly string[];
}

/** The one repository that the server has, and all that belongs to it. */
export interface GitHubState {
	readonly owner: string;
	readonly name: string;
	now: number;
	readonly commits: CommitStore;
	readonly pulls: FakePull[];
	readonly comments: FakeComment[];
	readonly events: FakeEvent[];
	readonly reviews: FakeReview[];
	readonly statuses: FakeStatus[];
	readonly checkRuns: FakeCheckRun[];
	readonly labels: Set<string>;
	readonly people: Map<string, Role>;
	readonly teams: Set<string>;
	readonly protections: Map<string, FakeProtection>;
	/** As the API gives them, without the fields of their ruleset. */
	readonly rules: Map<string, readonly object[]>;
	settings: {
		readonly mergeCommit: boolean;
		readonly squash: boolean;
		readonly rebase: boolean;
		readonly autoMerge: boolean;
	};
	nextId: number;
	/** Numbers of pull requests. */
	nextNumber: number;
}

export function createGitHubState(files: Readonly<Record<string, string>>): GitHubState {
	return {
		owner: 'acme',
		name: 'config',
		now: 1_750_000_000_000,
		commits: createCommitStore(files),
		pulls: [],
		comments: [],
		events: [],
		reviews: [],
		statuses: [],
		checkRuns: [],
		labels: new Set(),
		people: new Map(),
		teams: new Set(),
		protections: new Map(),
		rules: new Map(),
		settings: { mergeCommit: true, squash: true, rebase: true, autoMerge: true },
		nextId: 1,
		nextNumber: 1,
	};
}

/** Puts a commit on a branch, and with it on the pull requests of that branch. */
export function pushCommit(
	state: GitHubState,
	branch: string,
	files: Readonly<Record<string, string>> = { 'east.yaml': `push: ${state.nextId++}\n` },
): string {
	const sha = state.commits.commit(branch, files);
	for (const pull of state.pulls) {
		if (pull.state === 'open' && isHead(state, pull, branch)) touch(state, pull).sha = sha;
	}
	return sha;
}

function isHead(state: GitHubState, pull: FakePull, branch: string): boolean {
	return pull.head === branch && pull.headOwner === state.owner;
}

/** GitHub closes what has lost its branch. */
export function deleteBranch(state: GitHubState, branch: string, by: string): void {
	state.commits.remove(branch);
	for (const pull of state.pulls.filter((each) => isHead(state, each, branch))) {
		if (pull.state === 'open') closePull(state, pull, by);
		else touch(state, pull);
		state.events.push({ pull: pull.number, event: 'head_ref_deleted', actor: by, at: state.now });
	}
}

export function closePull(state: GitHubState, pull: FakePull, by: string): void {
	touch(state, pull).state = 'closed';
	state.events.push({ pull: pull.number, event: 'closed', actor: by, at: state.now });
	pull.closedAt = state.now;
	delete pull.autoMerge;
}

/** Time passes with each change, so that what is newest is told apart. */
export function touch(state: GitHubState, pull: FakePull): FakePull {
	state.now += 1_000;
	pull.updatedAt = state.now;
	return pull;
}

export function mergePull(state: GitHubState, pull: FakePull, by: string): string {
	const commit = state.commits.merge(pull.base, pull.sha);
	touch(state, pull).state = 'closed';
	pull.closedAt = state.now;
	pull.mergedAt = state.now;
	pull.mergedBy = by;
	pull.mergeCommit = commit;
	delete pull.autoMerge;
	return commit;
}

export interface OpenedPull {
	readonly head: string;
	readonly base: string;
	readonly title: string;
	readonly body: string;
	readonly isDraft: boolean;
	readonly headOwner: string;
	readonly author: string;
	readonly sha: string;
}

export function openPull(state: GitHubState, opened: OpenedPull): FakePull {
	state.now += 1_000;
	const pull: FakePull = {
		...opened,
		number: state.nextNumber,
		state: 'open',
		createdAt: state.now,
		updatedAt: state.now,
		labels: [],
		reviewers: [],
		teams: [],
		approvals: new Set(),
	};
	state.nextNumber += 1;
	state.pulls.push(pull);
	return pull;
}

/** What is missing for a merge, in GitHub's words; checks count by their newest state. */
export function findBlock(state: GitHubState, pull: FakePull): string | undefined {
	const { checks = [], approvals = 0 } = state.protections.get(pull.base) ?? {};
	const missing = checks.find((name) => !hasPassed(state, pull.sha, name));
	if (missing !== undefined) return `Required status check "${missing}" is expected.`;
	if (pull.approvals.size >= approvals) return undefined;
	return `At least ${approvals} approving review is required by reviewers with write access.`;
}

function hasPassed(state: GitHubState, sha: string, name: string): boolean {
	const status = state.statuses.findLast((each) => each.sha === sha && each.context === name);
	const run = state.checkRuns.findLast((each) => each.sha === sha && each.name === name);
	return status?.state === 'success' || run?.conclusion === 'success';
}

/** GitHub merges by itself what nothing stands in the way of any more. */
export function runAutoMerges(state: GitHubState): void {
	for (const pull of state.pulls) {
		const { autoMerge } = pull;
		if (autoMerge === undefined || findBlock(state, pull) !== undefined) continue;
		if (!state.commits.hasConflict(pull.base, pull.sha)) mergePull(state, pull, autoMerge.by);
	}
}
