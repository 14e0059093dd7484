import type { Login, Permission } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { followBranches } from './branch-news.ts';
import { addStatus, type NewStatus } from './commit-statuses.ts';
import { addComment, editComment, react } from './discussion.ts';
import type { ForgeRepository } from './forge-repository.ts';
import { addLabels, makeLabel, removeLabel } from './labels.ts';
import {
	cancelMerge,
	carryOutScheduled,
	findBlock,
	type MergeBlock,
	mergePull,
	scheduleMerge,
} from './merging.ts';
import { addRule, judgePush } from './protection.ts';
import { editPull, openPull, type PullDraft, type PullEdit } from './pull-requests.ts';
import type {
	Label,
	MergeWish,
	ProtectionRule,
	RepositorySettings,
	StoredComment,
	StoredPull,
	StoredReview,
	StoredStatus,
} from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';
import {
	permissionOf,
	type RepositoryState,
	refuseArchived,
	requirePull,
	requireRight,
} from './repository-state.ts';
import { addReview, dismissReviewers, dropReview, type NewReview, requestReviewers } from './reviews.ts';

/** Does something on behalf of somebody. Throws ForgeRefusal. */
type By<Args extends unknown[], Result> = (by: Login, ...args: Args) => Promise<Result>;

/**
 * One repository at a forge: its pull requests, and what people and programs do to them. One call at a time; each
 * begins with a look at the branches.
 */
export interface HostedRepository {
	/** What the forge holds, to be read. As new as the last call. */
	readonly state: RepositoryState;
	readonly fullName: string;
	readonly git: ForgeRepository;
	/** Looks at the branches. `by`: who has moved them; the owner where that is not known. */
	look(by?: Login): Promise<void>;
	/** Runs alone: no call, and no other work, at the same time. */
	alone<T>(work: () => Promise<T>): Promise<T>;
	permission(login: Login): Permission;
	setPermission(login: Login, permission: Permission): void;
	/** Throws where there is none of this number. */
	pull(number: number): Promise<StoredPull>;
	/** All of them, the newest first. */
	pulls(): Promise<readonly StoredPull[]>;
	/** What stands in the way of a merge now. */
	block: By<[number: number], MergeBlock | undefined>;
	open: By<[draft: PullDraft], StoredPull>;
	edit: By<[number: number, edit: PullEdit], StoredPull>;
	makeLabel: By<[label: Omit<Label, 'id'>], Label>;
	addLabels: By<[number: number, labels: readonly (string | number)[]], StoredPull>;
	removeLabel: By<[number: number, label: number], StoredPull>;
	requestReviewers: By<[number: number, reviewers: readonly Login[]], readonly Login[]>;
	dismissReviewers: By<[number: number, reviewers: readonly Login[]], void>;
	review: By<[number: number, review: NewReview], StoredReview>;
	/** Takes back a review that was begun. */
	dropReview: By<[number: number, review: number], void>;
	comment: By<[number: number, body: string], StoredComment>;
	editComment: By<[comment: number, body: string], StoredComment>;
	react: By<[comment: number, content: string], boolean>;
	setStatus: By<[commit: CommitId, status: NewStatus], StoredStatus>;
	merge: By<[number: number, wish: MergeWish & { readonly head?: CommitId | undefined }], StoredPull>;
	scheduleMerge: By<[number: number, wish: MergeWish], StoredPull>;
	cancelMerge: By<[number: number], StoredPull>;
	configure: By<[settings: Partial<RepositorySettings>], void>;
	protect: By<[rule: ProtectionRule], ProtectionRule>;
	deleteBranch: By<[branch: string], void>;
}

export function createHostedRepository(state: RepositoryState): HostedRepository {
	const { git, owner } = state;
	const { alone, look, call } = createCalls(state);
	git.guard((branch, pusher) => judgePush(state, branch, pusher));
	// A look that fails here fails again with the next call, which tells.
	git.subscribe(() => void look().catch(() => undefined));

	return {
		state,
		fullName: `${owner}/${state.name}`,
		git,
		look,
		alone,
		...createRights(state),
		pull: (number) => call(() => requirePull(state, number))(owner),
		pulls: () => call(() => [...state.pulls.values()].reverse())(owner),
		block: call((_, by, number: number) => findBlock(state, by, requirePull(state, number))),
		open: call(openPull),
		edit: call(editPull),
		makeLabel: call(makeLabel),
		addLabels: call(addLabels),
		removeLabel: call(removeLabel),
		requestReviewers: call(requestReviewers),
		dismissReviewers: call(dismissReviewers),
		review: call(addReview),
		dropReview: call(dropReview),
		comment: call(addComment),
		editComment: call(editComment),
		react: call(react),
		setStatus: call(addStatus),
		merge: call(mergePull),
		scheduleMerge: call(scheduleMerge),
		cancelMerge: call(cancelMerge),
		configure: call(configure),
		protect: call(addRule),
		deleteBranch: call(deleteBranch),
	};
}

/** Calls, one at a time, and what comes of them by itself. */
function createCalls(state: RepositoryState) {
	const { owner } = state;
	const alone = createQueue();
	const follow = async (by: Login): Promise<void> => {
		await followBranches(state, by);
		await carryOutScheduled(state);
	};
	const call = <Args extends unknown[], Result>(
		work: (state: RepositoryState, by: Login, ...args: Args) => Result | Promise<Result>,
	): By<Args, Result> => {
		const run = async (by: Login, args: Args): Promise<Result> => {
			await followBranches(state, owner);
			const result = await work(state, by, ...args);
			await follow(by);
			return result;
		};
		return (by, ...args) => alone(() => run(by, args));
	};
	return { alone, look: (by = owner) => alone(() => follow(by)), call };
}

function createRights(state: RepositoryState): Pick<HostedRepository, 'permission' | 'setPermission'> {
	return {
		permission: (login) => permissionOf(state, login),
		setPermission: (login, permission) => void state.rights.set(login, permission),
	};
}

function configure(state: RepositoryState, by: Login, settings: Partial<RepositorySettings>): void {
	requireRight(state, by, 'admin');
	state.settings = { ...state.settings, ...settings };
}

async function deleteBranch(state: RepositoryState, by: Login, branch: string): Promise<void> {
	requireRight(state, by, 'write');
	refuseArchived(state);
	const tip = state.tips.get(branch);
	const isBase = [...state.pulls.values()].some((pull) => pull.state === 'open' && pull.base === branch);
	if (branch === state.defaultBranch || isBase) {
		throw new ForgeRefusal(403, 'can not delete default or pull request target branch');
	}
	if (tip === undefined || !(await state.git.move(branch, tip))) throw notFound();
}

/** Runs one piece of work after the other. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
	let last: Promise<unknown> = Promise.resolve();
	return (work) => {
		const mine = last.then(work);
		last = mine.catch(() => undefined);
		return mine;
	};
}
