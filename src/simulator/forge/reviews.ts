import type { LineRemark, Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { ReviewState, StoredPull, StoredReview } from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';
import { mayWrite, type RepositoryState, requirePull, requireRight, savePull } from './repository-state.ts';

/** Asks for reviews. Returns who was not asked before. */
export function requestReviewers(
	state: RepositoryState,
	by: Login,
	number: number,
	reviewers: readonly Login[],
): readonly Login[] {
	requireRight(state, by, 'write');
	const pull = requirePull(state, number);
	for (const reviewer of reviewers) {
		if (state.findUser(reviewer) === undefined) {
			throw new ForgeRefusal(404, `User '${reviewer}' not exist`);
		}
		if (reviewer === pull.author) {
			throw new ForgeRefusal(422, `poster of pr can't be reviewer [user: ${reviewer}]`);
		}
	}
	const added = reviewers.filter((each) => !pull.reviewers.includes(each));
	const asked = savePull(state, number, { reviewers: [...pull.reviewers, ...added] });
	for (const reviewer of added) state.emit({ kind: 'reviewers', by, pull: asked, reviewer });
	return added;
}

export function dismissReviewers(
	state: RepositoryState,
	by: Login,
	number: number,
	reviewers: readonly Login[],
): void {
	requireRight(state, by, 'write');
	const pull = requirePull(state, number);
	savePull(state, number, { reviewers: pull.reviewers.filter((each) => !reviewers.includes(each)) });
}

export interface NewReview {
	readonly state: ReviewState;
	readonly body: string;
	readonly commit?: CommitId | undefined;
	readonly remarks: readonly LineRemark[];
}

export function addReview(
	state: RepositoryState,
	by: Login,
	number: number,
	{ state: verdict, body, commit, remarks }: NewReview,
): StoredReview {
	requireRight(state, by, 'read');
	const pull = requirePull(state, number);
	if ((verdict === 'APPROVED' || verdict === 'REQUEST_CHANGES') && pull.author === by) {
		const what = verdict === 'APPROVED' ? 'approve' : 'reject';
		throw new ForgeRefusal(422, `${what} your own pull is not allowed`);
	}
	if (verdict === 'COMMENT' && body === '' && remarks.length === 0) {
		throw new ForgeRefusal(422, 'review event COMMENT requires a body or a comment');
	}
	const review: StoredReview = {
		id: state.nextId(),
		author: by,
		state: verdict,
		body,
		commit: commit ?? pull.headCommit,
		remarks: remarks.map((remark) => ({ ...remark, id: state.nextId() })),
		at: state.clock.now(),
	};
	const reviewers = pull.reviewers.filter((each) => each !== by);
	const reviewed = savePull(state, number, { reviews: [...pull.reviews, review], reviewers });
	if (verdict !== 'PENDING') state.emit({ kind: 'review', by, pull: reviewed, review });
	return review;
}

/** Takes back a review that was begun. */
export function dropReview(state: RepositoryState, by: Login, number: number, id: number): void {
	const pull = requirePull(state, number);
	const review = pull.reviews.find((each) => each.id === id);
	if (review === undefined) throw notFound();
	if (review.author !== by) throw new ForgeRefusal(403, '');
	savePull(state, number, { reviews: pull.reviews.filter((each) => each.id !== id) });
}

/** Of everybody who may write, what they said last that was more than a comment. */
export function findVerdicts(state: RepositoryState, { reviews }: StoredPull): readonly ReviewState[] {
	const last = new Map<Login, ReviewState>();
	for (const { author, state: verdict } of reviews) {
		const isVerdict = verdict === 'APPROVED' || verdict === 'REQUEST_CHANGES';
		if (isVerdict && mayWrite(state, author)) last.set(author, verdict);
	}
	return [...last.values()];
}
