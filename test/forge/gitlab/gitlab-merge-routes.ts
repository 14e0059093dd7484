import { shownLines } from '../../support/openapi-commits.ts';
import { describeMerge, describeNote, describeWholeMerge } from './gitlab-answers.ts';
import {
	acceptMerge,
	addNote,
	closeMerge,
	detailOf,
	type FakeMerge,
	type GitLabState,
	mayMerge,
	pipelineOf,
	touch,
} from './gitlab-state.ts';

export interface Reply {
	readonly status: number;
	readonly body?: unknown;
	/** Of which only a page is sent. */
	readonly items?: readonly unknown[];
}

export interface RouteRequest {
	readonly state: GitLabState;
	/** Whose token it is. */
	readonly login: string;
	readonly parameters: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

export type Route = (request: RouteRequest) => Reply;

export function refuse(status: number, message: unknown): Reply {
	return { status, body: { message } };
}

function onMerge(route: (request: RouteRequest, merge: FakeMerge) => Reply): Route {
	return (request) => {
		const iid = Number(request.parameters['merge_request_iid']);
		const merge = request.state.merges.find((each) => each.iid === iid);
		return merge === undefined ? refuse(404, '404 Not found') : route(request, merge);
	};
}

const list: Route = ({ state, query }) => {
	const wanted = query.get('state') ?? 'all';
	const found = state.merges
		.filter((each) => wanted === 'all' || each.state === wanted)
		.filter((each) => !query.has('source_branch') || each.head === query.get('source_branch'))
		.sort((a, b) => b.createdAt - a.createdAt);
	if (query.get('sort') === 'asc') found.reverse();
	return { status: 200, items: found.map((each) => describeMerge(state, each)) };
};

const create: Route = ({ state, login, body }) => {
	const [head, base] = [String(body['source_branch']), String(body['target_branch'])];
	const sha = state.commits.branches.get(head);
	if (sha === undefined) return refuse(400, { source_branch: ['does not exist'] });
	const other = findOther(state, head, base);
	if (other !== undefined) {
		return refuse(409, [`Another open merge request already exists for this source branch: !${other.iid}`]);
	}
	state.now += 1_000;
	const merge: FakeMerge = {
		iid: state.nextIid,
		head,
		base,
		sourceProject: state.projectId,
		author: login,
		createdAt: state.now,
		updatedAt: state.now,
		title: String(body['title']),
		description: String(body['description'] ?? ''),
		state: 'opened',
		sha,
		labels: [],
		reviewers: [],
		approvals: new Set(),
	};
	state.nextIid += 1;
	state.merges.push(merge);
	return { status: 201, body: describeMerge(state, merge) };
};

function findOther(state: GitLabState, head: string, base: string): FakeMerge | undefined {
	return state.merges.find(
		(each) =>
			each.state === 'opened' &&
			each.head === head &&
			each.base === base &&
			each.sourceProject === state.projectId,
	);
}

const update = onMerge(({ state, login, body }, merge) => {
	const event = body['state_event'];
	if (event === 'reopen' && merge.state === 'closed') {
		if (!state.commits.branches.has(merge.head)) {
			return refuse(422, { validate_branches: ['Source branch does not exist'] });
		}
		const other = findOther(state, merge.head, merge.base);
		if (other !== undefined) {
			return refuse(409, [`Another open merge request already exists for this source branch: !${other.iid}`]);
		}
		merge.state = 'opened';
		merge.sha = state.commits.branches.get(merge.head) ?? merge.sha;
		delete merge.closedAt;
		delete merge.closedBy;
	}
	if (event === 'close' && merge.state === 'opened') closeMerge(state, merge, login);
	edit(state, merge, body);
	return { status: 200, body: describeMerge(state, merge) };
});

function edit(state: GitLabState, merge: FakeMerge, body: RouteRequest['body']): void {
	touch(state, merge).title = String(body['title'] ?? merge.title);
	merge.description = String(body['description'] ?? merge.description);
	const added = (body['add_labels'] ?? []) as readonly string[];
	const removed = (body['remove_labels'] ?? []) as readonly string[];
	merge.labels = [...new Set([...merge.labels, ...added])].filter((label) => !removed.includes(label));
	const ids = body['reviewer_ids'] as readonly number[] | undefined;
	if (ids === undefined) return;
	const people = [...state.people.keys()];
	merge.reviewers = ids.flatMap((id) => people[id - 1] ?? []);
}

/** To whoever may not merge GitLab says that they are not who they say they are. */
const accept = onMerge(({ state, login, body }, merge) => {
	if (!mayMerge(state, login)) return refuse(401, '401 Unauthorized');
	const detail = detailOf(state, merge);
	if (body['sha'] !== undefined && body['sha'] !== merge.sha) {
		return refuse(409, 'SHA does not match HEAD of source branch');
	}
	if (detail === 'mergeable') {
		acceptMerge(state, merge, login);
		return { status: 200, body: describeMerge(state, merge) };
	}
	if (detail === 'conflict') return refuse(422, 'Branch cannot be merged');
	if (body['auto_merge'] === true && merge.state === 'opened' && detail !== 'draft_status') {
		return waitForPipeline(state, merge, login);
	}
	return refuse(405, '405 Method Not Allowed');
});

/** A pipeline comes to be a moment after the push. */
function waitForPipeline(state: GitLabState, merge: FakeMerge, login: string): Reply {
	if (pipelineOf(state, merge) === undefined) {
		merge.pipelineFor = merge.sha;
		return refuse(405, '405 Method Not Allowed');
	}
	touch(state, merge).autoMergeBy = login;
	return { status: 200, body: describeMerge(state, merge) };
}

const cancel = onMerge(({ state, login }, merge) => {
	if (!mayMerge(state, login)) return refuse(401, '401 Unauthorized');
	if (merge.state !== 'opened') return refuse(405, '405 Method Not Allowed');
	if (merge.autoMergeBy === undefined) return refuse(406, 'Can’t cancel the automatic merge');
	delete touch(state, merge).autoMergeBy;
	return { status: 201, body: describeMerge(state, merge) };
});

const listNotes = onMerge(({ state, query }, merge) => {
	const found = state.notes.filter((each) => each.merge === merge.iid);
	if (query.get('sort') !== 'asc') found.reverse();
	return { status: 200, items: found.map((each) => describeNote(state, each)) };
});

const createNote = onMerge(({ state, login, body }, merge) => {
	const note = addNote(state, merge, { author: login, body: String(body['body']), isSystem: false });
	return { status: 201, body: describeNote(state, note) };
});

const editNote = onMerge(({ state, parameters, body }, merge) => {
	const note = state.notes.find(
		({ id, merge: iid }) => id === Number(parameters['note_id']) && iid === merge.iid,
	);
	if (note === undefined) return refuse(404, '404 Not found');
	note.body = String(body['body']);
	return { status: 200, body: describeNote(state, note) };
});

/** A line is told by its place in the diff, or it has no code. */
const discuss = onMerge(({ state, login, body }, merge) => {
	const position = body['position'] as { readonly new_path: string; readonly new_line: number };
	const { new_path: path, new_line: line } = position;
	const text = state.commits.changes(merge.base, merge.sha).get(path);
	const [first, last] =
		text === undefined ? [0, -1] : shownLines(state.commits.files(merge.base).get(path), text);
	if (line < first || line > last) {
		return refuse(
			400,
			'400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}',
		);
	}
	const place = { path, line };
	const note = addNote(state, merge, { author: login, body: String(body['body']), isSystem: false, place });
	return { status: 201, body: { id: `d${note.id}`, notes: [describeNote(state, note)] } };
});

const root = '/projects/{id}/merge_requests';
const one = `${root}/{merge_request_iid}`;

export const mergeRoutes: Readonly<Record<string, Route>> = {
	[`get ${root}`]: list,
	[`post ${root}`]: create,
	[`get ${one}`]: onMerge(({ state, login }, merge) => ({
		status: 200,
		body: describeWholeMerge(state, merge, login),
	})),
	[`put ${one}`]: update,
	[`put ${one}/merge`]: accept,
	[`post ${one}/cancel_merge_when_pipeline_succeeds`]: cancel,
	[`get ${one}/notes`]: listNotes,
	[`post ${one}/notes`]: createNote,
	[`put ${one}/notes/{note_id}`]: editNote,
	[`post ${one}/discussions`]: discuss,
};
