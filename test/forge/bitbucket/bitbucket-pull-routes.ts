import {
	describeComment,
	describePull,
	type Reply,
	type Route,
	type RouteRequest,
	refuse,
} from './bitbucket-answers.ts';
import {
	acceptPull,
	type BitbucketState,
	type FakeComment,
	type FakePull,
	findObstacle,
	fullName,
	mayWrite,
	takeId,
	touch,
} from './bitbucket-state.ts';

function onPull(route: (request: RouteRequest, pull: FakePull) => Reply): Route {
	return (request) => {
		const id = Number(request.parameters['pull_request_id']);
		const pull = request.state.pulls.find((each) => each.id === id);
		return pull === undefined ? refuse(404, 'Resource not found') : route(request, pull);
	};
}

/** Of all that can be asked for in this language, what Spillway asks for. */
const byBranch = /^source\.branch\.name = "([^"\\]+)"$/;

const list: Route = ({ state, query }) => {
	const [states, q] = [query.getAll('state'), query.get('q')];
	const [, branch] = byBranch.exec(q ?? '') ?? [];
	if (q !== null && branch === undefined) throw new Error(`no such filter: ${q}`);
	const found = state.pulls
		.filter((each) => (states.length === 0 ? ['OPEN'] : states).includes(each.state))
		.filter((each) => branch === undefined || each.head === branch)
		.sort((a, b) => b.updatedAt - a.updatedAt);
	return { status: 200, values: found.map((each) => describePull(state, each)) };
};

interface PullBody {
	readonly title?: string;
	readonly description?: string;
	readonly draft?: boolean;
	readonly source?: { readonly branch: { readonly name: string } };
	readonly destination?: { readonly branch: { readonly name: string } };
	readonly reviewers?: readonly { readonly uuid: string }[];
}

const known = [
	'type',
	'title',
	'description',
	'draft',
	'source',
	'destination',
	'reviewers',
	'close_source_branch',
];

function readBody(body: RouteRequest['body']): PullBody {
	const other = Object.keys(body).filter((name) => !known.includes(name));
	if (other.length > 0) throw new Error(`a pull request has no ${other.join(', ')}`);
	return body;
}

/** From where one is open already it is written over. */
const create: Route = ({ state, account, body }) => {
	const wanted = readBody(body);
	const [head, base] = [wanted.source?.branch.name ?? '', wanted.destination?.branch.name ?? 'main'];
	const commit = state.commits.branches.get(head);
	if (commit === undefined) return refuse(400, `source: branch not found: ${head}`);
	const text = { title: wanted.title ?? '', description: wanted.description ?? '' };
	const open = state.pulls.find(
		(each) =>
			each.state === 'OPEN' && each.head === head && each.base === base && each.source === fullName(state),
	);
	if (open !== undefined) {
		return { status: 201, body: describePull(state, Object.assign(touch(state, open), text)) };
	}
	state.now += 1_000;
	const pull: FakePull = {
		...text,
		id: state.pulls.length + 1,
		head,
		base,
		source: fullName(state),
		author: account,
		createdAt: state.now,
		updatedAt: state.now,
		isDraft: wanted.draft === true,
		state: 'OPEN',
		commit,
		reviewers: [],
		approvals: new Set(),
	};
	state.pulls.push(pull);
	return { status: 201, body: describePull(state, pull) };
};

/** What is not sent along is gone. */
const update = onPull(({ state, body }, pull) => {
	if (pull.state !== 'OPEN') return refuse(400, 'Only open pull requests can be mutated.');
	const { title, description = '', reviewers = [], draft = false } = readBody(body);
	if (title === undefined) return refuse(400, 'title: This field is required.');
	if (draft !== pull.isDraft) throw new Error('a draft stays what it is');
	const accounts = reviewers.map(({ uuid }) => uuid.replace(/^\{(.*)\}$/, '$1'));
	if (accounts.some((each) => !state.people.has(each)))
		return refuse(400, 'reviewers: Malformed reviewers list');
	if (accounts.includes(pull.author)) {
		return refuse(400, 'reviewers: the author is a reviewer and cannot be');
	}
	Object.assign(touch(state, pull), { title, description, reviewers: accounts });
	return { status: 200, body: describePull(state, pull) };
});

const decline = onPull(({ state, account }, pull) => {
	if (pull.state !== 'OPEN') return refuse(400, 'This pull request is already closed.');
	touch(state, pull).state = 'DECLINED';
	pull.closedBy = account;
	return { status: 200, body: describePull(state, pull) };
});

const merge = onPull(({ state, account, body, parameters }, pull) => {
	if (!mayWrite(state, account))
		return refuse(403, 'Your credentials lack one or more required privilege scopes.');
	if (pull.state !== 'OPEN') return refuse(400, 'This pull request is already closed.');
	if (!state.strategies.includes(String(body['merge_strategy'])))
		return refuse(400, 'merge_strategy: not allowed');
	const obstacle = findObstacle(state, pull);
	if (obstacle !== undefined) return refuse(400, obstacle);
	acceptPull(state, pull, account);
	const location = `https://api.bitbucket.test/pullrequests/${parameters['pull_request_id']}/merge/task-status/1`;
	if (state.isSlow) return { status: 202, headers: { location } };
	return { status: 200, body: describePull(state, pull) };
});

const listComments = onPull(({ state, query }, pull) => {
	if (query.get('sort') !== 'id') throw new Error('comments come in no order');
	const found = state.comments.filter((each) => each.pull === pull.id);
	return { status: 200, values: found.map((each) => describeComment(state, each)) };
});

interface CommentBody {
	readonly content?: { readonly raw?: string };
	readonly inline?: FakeComment['inline'];
}

/** A line that the file does not have is none to remark on. */
const createComment = onPull(({ state, account, body }, pull) => {
	const { content, inline } = body as CommentBody;
	const raw = content?.raw ?? '';
	if (raw === '') return refuse(400, 'content: This field is required.');
	if (inline !== undefined && !hasLine(state, pull, inline)) return refuse(400, 'inline: no such line');
	state.now += 1_000;
	const comment = {
		id: takeId(state),
		pull: pull.id,
		author: account,
		createdAt: state.now,
		raw,
		isDeleted: false,
	};
	const written = inline === undefined ? comment : { ...comment, inline };
	state.comments.push(written);
	return { status: 201, body: describeComment(state, written) };
});

function hasLine(
	state: BitbucketState,
	pull: FakePull,
	{ path, to }: { readonly path: string; readonly to: number },
) {
	const text = state.commits.files(pull.commit).get(path);
	return text !== undefined && to <= text.replace(/\n$/, '').split('\n').length;
}

const editComment = onPull(({ state, account, parameters, body }) => {
	const comment = state.comments.find(({ id }) => id === Number(parameters['comment_id']));
	if (comment === undefined) return refuse(404, 'Resource not found');
	if (comment.author !== account) return refuse(403, 'You cannot edit this comment');
	comment.raw = (body as CommentBody).content?.raw ?? '';
	return { status: 200, body: describeComment(state, comment) };
});

const root = '/repositories/{workspace}/{repo_slug}/pullrequests';
const one = `${root}/{pull_request_id}`;

export const pullRoutes: Readonly<Record<string, Route>> = {
	[`get ${root}`]: list,
	[`post ${root}`]: create,
	[`get ${one}`]: onPull(({ state }, pull) => ({ status: 200, body: describePull(state, pull) })),
	[`put ${one}`]: update,
	[`post ${one}/decline`]: decline,
	[`post ${one}/merge`]: merge,
	[`get ${one}/comments`]: listComments,
	[`post ${one}/comments`]: createComment,
	[`put ${one}/comments/{comment_id}`]: editComment,
};
