import { type CommitStore, createCommitStore } from '../../support/openapi-commits.ts';

export interface FakePull {
	readonly id: number;
	readonly head: string;
	readonly base: string;
	readonly isForeign: boolean;
	readonly author: string;
	readonly createdAt: number;
	readonly isDraft: boolean;
	title: string;
	description: string;
	status: 'active' | 'completed' | 'abandoned';
	commit: string;
	/** Every head that it had. */
	readonly iterations: string[];
	/** Azure tries a merge out after it has answered: once it is read. */
	mergeStatus: 'queued' | 'succeeded' | 'conflicts' | 'rejectedByPolicy';
	mergeMessage?: string;
	/** Who asked for it to be completed now, with which head. */
	completing?: string;
	closedAt?: number;
	closedBy?: string;
	mergeCommit?: string;
	autoCompleteBy?: string;
	/** By their ids. */
	readonly labels: Map<string, string>;
	/** Votes by person. */
	readonly votes: Map<string, number>;
}

export interface FakeThread {
	readonly id: number;
	readonly pull: number;
	readonly status: string;
	readonly place?: { readonly path: string; readonly line: number };
	readonly author: string;
	readonly createdAt: number;
	readonly isSystem: boolean;
	content: string;
	isDeleted: boolean;
}

export interface FakeStatus {
	readonly id: number;
	/** A commit's id, or a pull request's number. */
	readonly of: string | number;
	readonly createdAt: number;
	readonly genre: string | undefined;
	readonly name: string;
	readonly state: string;
	readonly description: string;
	readonly iteration?: number;
}

export interface FakePolicy {
	readonly type: string;
	readonly branch: string;
	readonly settings: Readonly<Record<string, unknown>>;
}

export type Right = 'admin' | 'write' | 'read';

/** The one repository that the server has, and all that belongs to it. */
export interface AzureState {
	readonly organization: string;
	readonly project: string;
	readonly name: string;
	now: number;
	readonly commits: CommitStore;
	readonly pulls: FakePull[];
	readonly threads: FakeThread[];
	readonly statuses: FakeStatus[];
	/** What people may do, by id; those who may nothing are known to Azure all the same. */
	readonly people: Map<string, Right | undefined>;
	readonly accounts: Map<string, string>;
	readonly policies: FakePolicy[];
	/** Whether whoever is no admin may see what others may do. */
	showsRights: boolean;
	nextId: number;
}

export const ids = {
	project: '11111111-1111-4111-8111-111111111111',
	repository: '22222222-2222-4222-8222-222222222222',
} as const;

export const types = {
	approvals: 'fa4e907d-c16b-4a4c-9dfa-4906e5d171dd',
	status: 'cbdc66da-9728-4af8-aada-9a5a32e4a226',
	mergeStrategy: 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab',
} as const;

export function createAzureState(files: Readonly<Record<string, string>>): AzureState {
	return {
		organization: 'acme',
		project: 'Platform Team',
		name: 'config',
		now: 1_750_000_000_000,
		commits: createCommitStore(files),
		pulls: [],
		threads: [],
		statuses: [],
		people: new Map(),
		accounts: new Map(),
		policies: [],
		showsRights: true,
		nextId: 1,
	};
}

export function takeId(state: AzureState): number {
	state.nextId += 1;
	return state.nextId;
}

export function tick(state: AzureState): number {
	state.now += 1_000;
	return state.now;
}

/** A branch's pull request keeps on, whatever becomes of the branch. */
export function pushCommit(
	state: AzureState,
	branch: string,
	files: Readonly<Record<string, string>>,
): string {
	const commit = state.commits.commit(branch, files);
	tick(state);
	for (const pull of state.pulls) {
		const isOpen = pull.status === 'active' && pull.head === branch && !pull.isForeign;
		if (isOpen) {
			Object.assign(pull, { commit, mergeStatus: 'queued' });
			pull.iterations.push(commit);
		}
		// Merges are tried out again when the base moves.
		if (pull.status === 'active' && pull.base === branch) pull.mergeStatus = 'queued';
	}
	return commit;
}

export function mayWrite(state: AzureState, person: string): boolean {
	const right = state.people.get(person);
	return right === 'admin' || right === 'write';
}

/** What Azure does between two calls. */
export function settle(state: AzureState, pull: FakePull): void {
	if (pull.status !== 'active') return;
	const { completing } = pull;
	delete pull.completing;
	pull.mergeStatus = state.commits.hasConflict(pull.base, pull.commit) ? 'conflicts' : 'succeeded';
	if (completing === undefined || pull.mergeStatus === 'conflicts') return;
	if (evaluate(state, pull).every(({ isMet }) => isMet)) completePull(state, pull, completing);
	else {
		pull.mergeStatus = 'rejectedByPolicy';
		pull.mergeMessage = 'One or more policies have not been fulfilled.';
	}
}

export function completePull(state: AzureState, pull: FakePull, by: string): void {
	pull.mergeCommit = state.commits.merge(pull.base, pull.commit);
	Object.assign(pull, { status: 'completed', closedAt: tick(state), closedBy: by, mergeStatus: 'succeeded' });
	delete pull.autoCompleteBy;
}

/** How a pull request stands with each policy of its base. */
export function evaluate(
	state: AzureState,
	pull: FakePull,
): readonly { readonly policy: FakePolicy; readonly isMet: boolean }[] {
	return state.policies
		.filter(({ branch }) => branch === pull.base)
		.map((policy) => ({ policy, isMet: isMet(state, pull, policy) }));
}

/** Only statuses of the pull request count, and of its newest iteration: pushes reset them. */
function isMet(state: AzureState, pull: FakePull, { type, settings }: FakePolicy): boolean {
	if (type === types.approvals) {
		const approvals = [...pull.votes.values()].filter((vote) => vote >= 5);
		return approvals.length >= Number(settings['minimumApproverCount']);
	}
	if (type !== types.status) return true;
	const mine = state.statuses.filter(
		(each) =>
			each.of === pull.id &&
			each.iteration === pull.iterations.length &&
			each.name === settings['statusName'] &&
			each.genre === settings['statusGenre'],
	);
	return mine.at(-1)?.state === 'succeeded';
}

/** Azure completes by itself what has every policy met. */
export function runAutoCompletes(state: AzureState): void {
	for (const pull of state.pulls) {
		if (pull.status !== 'active' || pull.autoCompleteBy === undefined) continue;
		pull.completing = pull.autoCompleteBy;
		settle(state, pull);
	}
}
