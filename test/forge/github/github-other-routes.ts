import {
	describeComment,
	describeRules,
	describeStatus,
	describeUser,
	formatTime,
} from './github-answers.ts';
import { listOf, onPull, type Reply, type Route, refuse } from './github-pull-routes.ts';
import { type FakeStatus, type GitHubState, runAutoMerges } from './github-state.ts';

const addLabels = onPull(({ state, body }, pull) => {
	const names = body['labels'] as readonly string[];
	for (const name of names) state.labels.add(name);
	pull.labels = [...new Set([...pull.labels, ...names])];
	return { status: 200, body: pull.labels.map((name) => ({ name })) };
});

const removeLabel = onPull(({ parameters }, pull) => {
	const name = parameters['name'] ?? '';
	if (!pull.labels.includes(name)) return refuse(404, 'Label does not exist');
	pull.labels = pull.labels.filter((each) => each !== name);
	return { status: 200, body: pull.labels.map((each) => ({ name: each })) };
});

const listComments = onPull(({ state }, pull) =>
	listOf(
		state.comments.filter((each) => each.pull === pull.number).map((each) => describeComment(state, each)),
	),
);

const listEvents = onPull(({ state }, pull) =>
	listOf(
		state.events
			.filter((each) => each.pull === pull.number)
			.map(({ event, actor, at }) => ({ event, actor: describeUser(actor), created_at: formatTime(at) })),
	),
);

const addComment = onPull(({ state, login, body }, pull) => {
	state.now += 1_000;
	const text = String(body['body']);
	const comment = {
		id: state.nextId,
		pull: pull.number,
		author: login,
		createdAt: state.now,
		body: text,
	};
	state.nextId += 1;
	state.comments.push(comment);
	return { status: 201, body: describeComment(state, comment) };
});

const editComment: Route = ({ state, parameters, body }) => {
	const comment = state.comments.find(({ id }) => id === Number(parameters['comment_id']));
	if (comment === undefined) return refuse(404, 'Not Found');
	comment.body = String(body['body']);
	return { status: 200, body: describeComment(state, comment) };
};

const setStatus: Route = ({ state, login, parameters, body }) => {
	const sha = parameters['sha'] ?? '';
	if (!state.commits.has(sha)) return refuse(422, `No commit found for SHA: ${sha}`);
	const description = (body['description'] ?? null) as string | null;
	if ([...(description ?? '')].length > 140)
		return refuse(422, 'description is too long (maximum is 140 characters)');
	const status: FakeStatus = {
		sha,
		context: String(body['context'] ?? 'default'),
		state: body['state'] as FakeStatus['state'],
		description,
		url: (body['target_url'] ?? null) as string | null,
	};
	state.statuses.push(status);
	runAutoMerges(state);
	const creator = describeUser(login);
	return { status: 201, body: { ...describeStatus(status), creator } };
};

/** Only the newest of each context, the newest first. */
const combinedStatus: Route = ({ state, parameters }) => {
	const sha = parameters['ref'] ?? '';
	if (!state.commits.has(sha)) return refuse(404, 'Not Found');
	const newest = new Map(
		state.statuses.filter((each) => each.sha === sha).map((each) => [each.context, each]),
	);
	const items = [...newest.values()].reverse().map(describeStatus);
	const put = (statuses: readonly unknown[]): object => ({
		sha,
		state: 'pending',
		total_count: items.length,
		statuses,
	});
	return { status: 200, pageOf: { items, put } };
};

const checkRuns: Route = ({ state, parameters }) => {
	const found = state.checkRuns.filter(({ sha }) => sha === parameters['ref']);
	const items = found.toReversed().map(({ name, status, conclusion, startedAt }) => ({
		name,
		status,
		conclusion,
		started_at: formatTime(startedAt),
	}));
	const put = (page: readonly unknown[]): object => ({ total_count: items.length, check_runs: page });
	return { status: 200, pageOf: { items, put } };
};

const legacyRole = {
	admin: 'admin',
	maintain: 'write',
	write: 'write',
	triage: 'read',
	read: 'read',
} as const;

/** Everybody may read a public repository; whom GitHub does not know is not found. */
const permission: Route = ({ state, parameters }) => {
	const login = parameters['username'] ?? '';
	if (login.startsWith('nobody')) return refuse(404, `${login} is not a user`);
	const role = state.people.get(login) ?? 'read';
	return { status: 200, body: { permission: legacyRole[role], role_name: role, user: null } };
};

const repository: Route = ({ state, login }) => {
	const { owner, name, settings } = state;
	const role = state.people.get(login);
	const push = role === 'admin' || role === 'maintain' || role === 'write';
	// GitHub shows how it merges only to those who may.
	const merging = {
		allow_merge_commit: settings.mergeCommit,
		allow_squash_merge: settings.squash,
		allow_rebase_merge: settings.rebase,
		allow_auto_merge: settings.autoMerge,
	};
	const body = {
		name,
		full_name: `${owner}/${name}`,
		html_url: `https://github.test/${owner}/${name}`,
		default_branch: 'main',
		permissions: { admin: role === 'admin', push, pull: true },
		...(push ? merging : {}),
	};
	return { status: 200, body };
};

const branch: Route = ({ state, parameters }) => {
	const name = parameters['branch'] ?? '';
	const sha = state.commits.branches.get(name);
	if (sha === undefined) return refuse(404, 'Branch not found');
	const classic = state.protections.get(name);
	const contexts = classic?.checks ?? [];
	const checks = { enforcement_level: 'everyone', contexts, checks: [] };
	return {
		status: 200,
		body: {
			name,
			commit: { sha },
			protected: classic !== undefined || state.rules.has(name),
			protection: { enabled: classic !== undefined, required_status_checks: checks },
		},
	};
};

/** For those who administer the repository; others are not told that there is any. */
const protection: Route = ({ state, login, parameters }) => {
	if (state.people.get(login) !== 'admin') return refuse(404, 'Not Found');
	const known = state.protections.get(parameters['branch'] ?? '');
	if (known === undefined) return refuse(404, 'Branch not protected');
	return { status: 200, body: describeProtection(known) };
};

function describeProtection({
	checks,
	approvals,
	pushers,
}: NonNullable<ReturnType<GitHubState['protections']['get']>>) {
	return {
		...(checks === undefined ? {} : { required_status_checks: { contexts: checks, checks: [] } }),
		...(approvals === undefined
			? {}
			: { required_pull_request_reviews: { required_approving_review_count: approvals } }),
		...(pushers === undefined
			? {}
			: { restrictions: { users: pushers.map((login) => ({ login })), teams: [], apps: [] } }),
		enforce_admins: { enabled: true },
	};
}

const rules: Route = ({ state, parameters }): Reply =>
	listOf(describeRules(state.rules.get(parameters['branch'] ?? '') ?? []));

const root = '/repos/{owner}/{repo}';

export const otherRoutes: Readonly<Record<string, Route>> = {
	[`get ${root}`]: repository,
	[`get ${root}/branches/{branch}`]: branch,
	[`get ${root}/branches/{branch}/protection`]: protection,
	[`get ${root}/rules/branches/{branch}`]: rules,
	[`get ${root}/collaborators/{username}/permission`]: permission,
	[`post ${root}/issues/{issue_number}/labels`]: addLabels,
	[`delete ${root}/issues/{issue_number}/labels/{name}`]: removeLabel,
	[`get ${root}/issues/{issue_number}/comments`]: listComments,
	[`get ${root}/issues/{issue_number}/events`]: listEvents,
	[`post ${root}/issues/{issue_number}/comments`]: addComment,
	[`patch ${root}/issues/comments/{comment_id}`]: editComment,
	[`post ${root}/statuses/{sha}`]: setStatus,
	[`get ${root}/commits/{ref}/status`]: combinedStatus,
	[`get ${root}/commits/{ref}/check-runs`]: checkRuns,
};
