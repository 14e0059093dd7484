import type { LineRemark } from '../../../model/ports/forge.ts';
import type { StoredPull } from '../records.ts';
import { ForgeRefusal, notFound } from '../refusal.ts';
import { mayWrite } from '../repository-state.ts';
import {
	type ApiCall,
	type Body,
	findText,
	noContent,
	type Reply,
	type Route,
	readNumber,
	readText,
	readTexts,
	replyPage,
	requireUser,
} from './exchange.ts';
import { showReview, showUser } from './present.ts';

export const reviewRoutes: readonly Route[] = [
	{ pattern: 'POST /pulls/#number/requested_reviewers', call: 'reviewers', handle: requestReviewers },
	{
		pattern: 'DELETE /pulls/#number/requested_reviewers',
		call: 'reviewers',
		async handle(call) {
			const reviewers = readTexts(call.body, 'reviewers');
			await call.hosted.dismissReviewers(requireUser(call), readNumber(call), reviewers);
			return noContent;
		},
	},
	{
		pattern: 'GET /pulls/#number/reviews',
		call: 'review',
		async handle(call) {
			const pull = await call.hosted.pull(readNumber(call));
			const login = call.user?.login;
			const seen = pull.reviews.filter(({ state, author }) => state !== 'PENDING' || author === login);
			return replyPage(call, seen, (review) => showReview(call, pull, review));
		},
	},
	{ pattern: 'POST /pulls/#number/reviews', call: 'review', handle: addReview },
	{
		pattern: 'DELETE /pulls/#number/reviews/#review',
		call: 'review',
		async handle(call) {
			await call.hosted.dropReview(requireUser(call), readNumber(call), readNumber(call, 'review'));
			return noContent;
		},
	},
	{ pattern: 'GET /pulls/#number/reviews/#review/comments', call: 'review', handle: listRemarks },
];

/** Gitea answers with those who were not asked before. */
async function requestReviewers(call: ApiCall): Promise<Reply> {
	const { hosted, body } = call;
	const reviewers = readTexts(body, 'reviewers');
	const added = await hosted.requestReviewers(requireUser(call), readNumber(call), reviewers);
	const shown = added.map((login) => ({
		state: 'REQUEST_REVIEW',
		user: showUser(call, login),
		official: mayWrite(hosted.state, login),
	}));
	return { status: 201, body: shown };
}

async function addReview(call: ApiCall): Promise<Reply> {
	const { hosted, body } = call;
	const number = readNumber(call);
	const user = requireUser(call);
	const event = readText(body, 'event');
	const state = event === 'APPROVED' || event === 'REQUEST_CHANGES' ? event : 'COMMENT';
	const remarks = readRemarks(body);
	const facts = { body: readText(body, 'body'), commit: findText(body, 'commit_id'), remarks };
	if (await lacksLine(call, await hosted.pull(number), remarks)) {
		await hosted.review(user, number, { ...facts, state: 'PENDING', remarks: [] });
		throw new ForgeRefusal(500, '');
	}
	const review = await hosted.review(user, number, { state, ...facts });
	return { status: 200, body: showReview(call, await hosted.pull(number), review) };
}

function readRemarks({ comments }: Body): readonly LineRemark[] {
	if (!Array.isArray(comments)) return [];
	return (comments as readonly Body[]).map((comment) => ({
		path: readText(comment, 'path'),
		line: Number(comment['new_position']),
		body: readText(comment, 'body'),
	}));
}

/** Gitea fails half-way at a line that a file does not have, and takes one of a file that there is not. */
async function lacksLine(
	{ hosted }: ApiCall,
	{ headCommit }: StoredPull,
	remarks: readonly LineRemark[],
): Promise<boolean> {
	for (const { path, line } of remarks) {
		const lines = await hosted.git.readLines(headCommit, path);
		if (lines !== undefined && line > lines.length) return true;
	}
	return false;
}

async function listRemarks(call: ApiCall): Promise<Reply> {
	const { reviews } = await call.hosted.pull(readNumber(call));
	const review = reviews.find(({ id }) => id === readNumber(call, 'review'));
	if (review === undefined) throw notFound();
	const body = review.remarks.map(({ id, path, line, body: text }) => ({
		...{ id, path, body: text, position: line, original_position: 0, commit_id: review.commit },
		...{ diff_hunk: `@@ -0,0 +${line} @@`, user: showUser(call, review.author) },
	}));
	return { status: 200, body };
}
