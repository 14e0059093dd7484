import { shownLines } from '../../support/openapi-commits.ts';
import type { ApiCall } from '../../support/openapi-description.ts';
import { describePull, describePullSimple, describeUser, formatTime } from './github-answers.ts';
import {
	closePull,
	type FakePull,
	findBlock,
	type GitHubState,
	mergePull,
	openPull,
	touch,
} from './github-state.ts';

export interface Reply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	/** Of which only a page is sent. */
	readonly pageOf?: {
		readonly items: readonly unknown[];
		readonly put: (items: readonly unknown[]) => unknown;
	};
}

export interface RouteRequest {
	readonly state: GitHubState;
	/** Whose token it is. */
	readonly login: string;
	readonly parameters: ApiCall['parameters'];
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

export type Route = (request: RouteRequest) => Reply;

export function listOf(items: readonly unknown[]): Reply {
	return { status: 200, pageOf: { items, put: (page) => page } };
}

export function refuse(status: number, message: string): Reply {
	return {
		status,
		body: { message, documentation_url: 'https://docs.github.com/rest' },
	};
}

export function invalid(
	errors: readonly { readonly field: string; readonly code: string; readonly message?: string }[],
): Reply {
	const body = {
		message: 'Validation Failed',
		documentation_url: 'https://docs.github.com/rest',
		errors: errors.map((each) => ({ resource: 'PullRequest', ...each })),
	};
	return { status: 422, body };
}

function findPull({ state, parameters }: RouteRequest): FakePull | undefined {
	return state.pulls.find(
		({ number }) => number === Number(parameters['pull_number'] ?? parameters['issue_number']),
	);
}

/** A route of one pull request. */
export function onPull(route: (request: RouteRequest, pull: FakePull) => Reply): Route {
	return (request) => {
		const pull = findPull(request);
		return pull === undefined ? refuse(404, 'Not Found') : route(request, pull);
	};
}

const list: Route = ({ state, query }) => {
	const wanted = query.get('state') ?? 'open';
	const [owner, head] = query.get('head')?.split(/:(.*)/s) ?? [];
	const found = state.pulls
		.filter((pull) => wanted === 'all' || pull.state === wanted)
		.filter((pull) => head === undefined || (pull.headOwner === owner && pull.head === head))
		.filter((pull) => !query.has('base') || pull.base === query.get('base'))
		.sort((a, b) => b.createdAt - a.createdAt);
	if (query.get('direction') === 'asc') found.reverse();
	return listOf(found.map((pull) => describePullSimple(state, pull)));
};

const create: Route = ({ state, login, body }) => {
	const [head, base] = [String(body['head']), String(body['base'])];
	const sha = state.commits.branches.get(head);
	if (!state.commits.branches.has(base)) return invalid([{ field: 'base', code: 'invalid' }]);
	if (sha === undefined) return invalid([{ field: 'head', code: 'invalid' }]);
	if (findOpen(state, head, base) !== undefined) {
		const message = `A pull request already exists for ${state.owner}:${head}.`;
		return invalid([{ field: '', code: 'custom', message }]);
	}
	if (state.commits.isWithin(sha, base)) {
		const message = `No commits between ${base} and ${head}`;
		return invalid([{ field: '', code: 'custom', message }]);
	}
	const [title, text] = [String(body['title']), String(body['body'] ?? '')];
	const isDraft = body['draft'] === true;
	const pull = openPull(state, {
		head,
		base,
		sha,
		title,
		body: text,
		isDraft,
		headOwner: state.owner,
		author: login,
	});
	return { status: 201, body: describePull(state, pull) };
};

function findOpen(state: GitHubState, head: string, base: string): FakePull | undefined {
	return state.pulls.find(
		(each) =>
			each.state === 'open' && each.head === head && each.base === base && each.headOwner === state.owner,
	);
}

const update = onPull(({ state, login, body }, pull) => {
	if (body['state'] === 'open' && pull.state === 'closed') {
		const refusal = findReopenRefusal(state, pull);
		if (refusal !== undefined) return invalid([{ field: 'state', code: 'invalid', message: refusal }]);
		pull.state = 'open';
		delete pull.closedAt;
	}
	if (body['state'] === 'closed' && pull.state === 'open') closePull(state, pull, login);
	if (body['title'] === '') return invalid([{ field: 'title', code: 'missing_field' }]);
	touch(state, pull).title = String(body['title'] ?? pull.title);
	pull.body = String(body['body'] ?? pull.body);
	return { status: 200, body: describePull(state, pull) };
});

function findReopenRefusal(state: GitHubState, pull: FakePull): string | undefined {
	if (pull.mergedAt !== undefined) return 'state cannot be changed. The pull request cannot be reopened.';
	const tip = state.commits.branches.get(pull.head);
	if (tip === undefined) return `state cannot be changed. The ${pull.head} branch has been deleted.`;
	if (findOpen(state, pull.head, pull.base) !== undefined) {
		return 'state cannot be changed. There is already an open pull request.';
	}
	if (tip === pull.sha) return undefined;
	return `state cannot be changed. The ${pull.head} branch was force-pushed or recreated.`;
}

const methodNames = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' } as const;

const merge = onPull(({ state, login, body }, pull) => {
	if (pull.mergedAt !== undefined || pull.state === 'closed')
		return refuse(405, 'Pull Request is not mergeable');
	if (body['sha'] !== undefined && body['sha'] !== pull.sha) {
		return refuse(409, 'Head branch was modified. Review and try the merge again.');
	}
	if (pull.isDraft) return refuse(405, 'Pull Request is still a draft');
	const method = String(body['merge_method'] ?? 'merge') as keyof typeof methodNames;
	const { mergeCommit, squash, rebase } = state.settings;
	if (!{ merge: mergeCommit, squash, rebase }[method]) {
		return refuse(405, `${methodNames[method]} are not allowed on this repository.`);
	}
	if (state.commits.hasConflict(pull.base, pull.sha)) return refuse(405, 'Pull Request is not mergeable');
	const block = findBlock(state, pull);
	if (block !== undefined) return refuse(405, block);
	const sha = mergePull(state, pull, login);
	return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
});

const requestReviewers = onPull(({ state, body }, pull) => {
	const people = (body['reviewers'] ?? []) as readonly string[];
	const teams = (body['team_reviewers'] ?? []) as readonly string[];
	if (people.includes(pull.author)) {
		return refuse(422, 'Review cannot be requested from pull request author.');
	}
	if (people.some((login) => !state.people.has(login)) || teams.some((team) => !state.teams.has(team))) {
		return refuse(
			422,
			'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/config repository.',
		);
	}
	pull.reviewers = [...new Set([...pull.reviewers, ...people])];
	pull.teams = [...new Set([...pull.teams, ...teams])];
	touch(state, pull);
	return { status: 201, body: describePullSimple(state, pull) };
});

const review = onPull(({ state, login, body }, pull) => {
	const comments = (body['comments'] ?? []) as readonly { path: string; line: number; body: string }[];
	const shown = new Map(listShown(state, pull));
	for (const { path, line } of comments) {
		const [first, last] = shown.get(path) ?? [0, -1];
		if (first <= line && line <= last) continue;
		return {
			status: 422,
			body: {
				message: 'Unprocessable Entity',
				errors: ['Pull request review thread line must be part of the diff'],
				documentation_url: 'https://docs.github.com/rest',
			},
		};
	}
	const commit = String(body['commit_id'] ?? pull.sha);
	state.reviews.push({ pull: pull.number, commit, body: String(body['body'] ?? ''), comments });
	const told = { id: 1, user: describeUser(login), body: String(body['body'] ?? ''), state: 'COMMENTED' };
	return { status: 200, body: { ...told, commit_id: commit, submitted_at: formatTime(state.now) } };
});

function listShown(
	{ commits }: GitHubState,
	{ base, sha }: FakePull,
): readonly (readonly [string, readonly [number, number]])[] {
	const before = commits.files(base);
	return [...commits.changes(base, sha)].map(([path, text]) => [path, shownLines(before.get(path), text)]);
}

const files = onPull(({ state }, pull) =>
	listOf(
		listShown(state, pull).map(([filename, [first, last]]) => ({
			filename,
			status: 'modified',
			sha: pull.sha,
			patch: `@@ -${first},${last - first + 1} +${first},${last - first + 1} @@\n a`,
		})),
	),
);

const root = '/repos/{owner}/{repo}/pulls';

export const pullRoutes: Readonly<Record<string, Route>> = {
	[`get ${root}`]: list,
	[`post ${root}`]: create,
	[`get ${root}/{pull_number}`]: onPull(({ state }, pull) => ({
		status: 200,
		body: describePull(state, pull),
	})),
	[`patch ${root}/{pull_number}`]: update,
	[`put ${root}/{pull_number}/merge`]: merge,
	[`post ${root}/{pull_number}/requested_reviewers`]: requestReviewers,
	[`post ${root}/{pull_number}/reviews`]: review,
	[`get ${root}/{pull_number}/files`]: files,
};
