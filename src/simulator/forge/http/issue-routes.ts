import { findComment } from '../discussion.ts';
import { ForgeRefusal } from '../refusal.ts';
import {
	type ApiCall,
	noContent,
	type Reply,
	type Route,
	readNumber,
	readText,
	replyPage,
	requireUser,
} from './exchange.ts';
import { showComment, showIssue, showLabel, showTime, showTimelineEntry, showUser } from './present.ts';

/** What Gitea has for issues and pull requests alike: comments, labels, the timeline. */
export const issueRoutes: readonly Route[] = [
	{ pattern: 'GET /issues', call: 'list', handle: listIssues },
	{
		pattern: 'GET /issues/#number',
		call: 'read',
		handle: async (call) => ({
			status: 200,
			body: showIssue(call, await call.hosted.pull(readNumber(call))),
		}),
	},
	{
		pattern: 'GET /issues/#number/timeline',
		call: 'read',
		async handle(call) {
			const { timeline } = await call.hosted.pull(readNumber(call));
			return replyPage(call, timeline, (entry) => showTimelineEntry(call, entry));
		},
	},
	{
		pattern: 'GET /issues/#number/comments',
		call: 'comments',
		// Gitea gives all of them at once.
		async handle(call) {
			const pull = await call.hosted.pull(readNumber(call));
			const body = pull.comments.map((comment) => showComment(call, pull, comment));
			return { status: 200, body, headers: { 'x-total-count': String(body.length) } };
		},
	},
	{ pattern: 'POST /issues/#number/comments', call: 'comment', handle: addComment },
	{ pattern: 'PATCH /issues/comments/#comment', call: 'update', handle: editComment },
	{ pattern: 'GET /issues/comments/#comment/reactions', call: 'comments', handle: listReactions },
	{ pattern: 'POST /issues/comments/#comment/reactions', call: 'comment', handle: addReaction },
	{
		pattern: 'GET /labels',
		call: 'labels',
		handle: async (call) => await Promise.resolve(replyPage(call, call.hosted.state.labels, showLabel)),
	},
	{ pattern: 'POST /labels', call: 'labels', handle: makeLabel },
	{
		pattern: 'GET /issues/#number/labels',
		call: 'labels',
		handle: async (call) => await replyLabels(call),
	},
	{ pattern: 'POST /issues/#number/labels', call: 'labels', handle: addLabels },
	{
		pattern: 'DELETE /issues/#number/labels/#label',
		call: 'labels',
		async handle(call) {
			await call.hosted.removeLabel(requireUser(call), readNumber(call), readNumber(call, 'label'));
			return noContent;
		},
	},
];

async function listIssues(call: ApiCall): Promise<Reply> {
	const { hosted, query } = call;
	const label = query.get('labels');
	const state = query.get('state') ?? 'open';
	const id = hosted.state.labels.find(({ name }) => name === label)?.id ?? 0;
	const found = (await hosted.pulls()).filter(
		(pull) =>
			(state === 'all' || (pull.state === 'open') === (state === 'open')) &&
			(label === null || pull.labels.includes(id)),
	);
	return replyPage(call, found, (pull) => showIssue(call, pull));
}

async function addComment(call: ApiCall): Promise<Reply> {
	const { hosted, body } = call;
	const user = requireUser(call);
	const number = readNumber(call);
	// As Gitea has it.
	if (!hosted.state.pulls.has(number)) throw new ForgeRefusal(500, '');
	const comment = await hosted.comment(user, number, readText(body, 'body'));
	return { status: 201, body: showComment(call, await hosted.pull(number), comment) };
}

async function editComment(call: ApiCall): Promise<Reply> {
	const { hosted, body } = call;
	const id = readNumber(call, 'comment');
	const comment = await hosted.editComment(requireUser(call), id, readText(body, 'body'));
	return { status: 200, body: showComment(call, findComment(hosted.state, id).pull, comment) };
}

async function listReactions(call: ApiCall): Promise<Reply> {
	const { reactions } = findComment(call.hosted.state, readNumber(call, 'comment')).comment;
	return await Promise.resolve(
		replyPage(call, reactions, ({ user, content, at }) => ({
			user: showUser(call, user),
			content,
			created_at: showTime(at),
		})),
	);
}

async function addReaction(call: ApiCall): Promise<Reply> {
	const user = requireUser(call);
	const content = readText(call.body, 'content');
	const isNew = await call.hosted.react(user, readNumber(call, 'comment'), content);
	return { status: isNew ? 201 : 200, body: { user: showUser(call, user), content } };
}

async function makeLabel(call: ApiCall): Promise<Reply> {
	const label = {
		name: readText(call.body, 'name'),
		color: readText(call.body, 'color'),
		description: readText(call.body, 'description'),
	};
	return { status: 201, body: showLabel(await call.hosted.makeLabel(requireUser(call), label)) };
}

async function addLabels(call: ApiCall): Promise<Reply> {
	const { labels } = call.body;
	const wanted = Array.isArray(labels) ? labels : [];
	await call.hosted.addLabels(requireUser(call), readNumber(call), wanted);
	return await replyLabels(call);
}

async function replyLabels(call: ApiCall): Promise<Reply> {
	const { labels } = await call.hosted.pull(readNumber(call));
	return replyPage(
		call,
		call.hosted.state.labels.filter(({ id }) => labels.includes(id)),
		showLabel,
	);
}
