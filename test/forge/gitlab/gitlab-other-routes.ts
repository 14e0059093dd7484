import { describeStatus, describeUser } from './gitlab-answers.ts';
import { type Route, refuse } from './gitlab-merge-routes.ts';
import { type FakeStatus, newestStatuses, runAutoMerges, takeId } from './gitlab-state.ts';

const events = { pending: 'enqueue', running: 'run', success: 'success', failed: 'drop' } as const;

/** One that runs is moved on, but not to where it is; for one that is over a new one begins. */
const setStatus: Route = ({ state, login, parameters, body }) => {
	const sha = parameters['sha'] ?? '';
	if (!state.commits.has(sha)) return refuse(404, '404 Commit Not Found');
	const name = String(body['name'] ?? 'default');
	const wanted = String(body['state']) as keyof typeof events;
	const before = newestStatuses(state, sha).get(name);
	const isRunning = before?.state === 'pending' || before?.state === 'running';
	if (isRunning && before.state === wanted) {
		return refuse(
			400,
			`Cannot transition status via :${events[wanted]} from :${wanted} (Reason(s): Status cannot transition)`,
		);
	}
	const facts = {
		state: wanted,
		description: (body['description'] ?? null) as string | null,
		url: (body['target_url'] ?? null) as string | null,
	};
	const status: FakeStatus =
		isRunning && before !== undefined
			? Object.assign(before, facts)
			: { ...facts, id: takeId(state), sha, name, author: login, isOptional: false };
	if (status !== before) state.statuses.push(status);
	runAutoMerges(state);
	return { status: 201, body: describeStatus(state, status) };
};

const listStatuses: Route = ({ state, parameters, query }) => {
	const sha = parameters['sha'] ?? '';
	if (!state.commits.has(sha)) return refuse(404, '404 Commit Not Found');
	const found = [...newestStatuses(state, sha).values()]
		.filter(({ name }) => !query.has('name') || query.get('name') === name)
		.sort((a, b) => a.id - b.id);
	return { status: 200, items: found.map((each) => describeStatus(state, each)) };
};

const project: Route = ({ state, login }) => {
	const level = state.people.get(login) ?? 0;
	const access = level === 0 ? null : { access_level: level };
	const body = {
		id: state.projectId,
		path_with_namespace: state.path,
		web_url: `https://gitlab.test/${state.path}`,
		default_branch: 'main',
		visibility: 'public',
		permissions: { project_access: access, group_access: null },
		only_allow_merge_if_pipeline_succeeds: state.mustPassPipeline,
	};
	const more = { approvals_before_merge: 0, only_allow_merge_if_all_status_checks_passed: false };
	return { status: 200, body: state.isUltimate ? { ...body, ...more } : body };
};

const branch: Route = ({ state, login, parameters }) => {
	const name = parameters['branch'] ?? '';
	const sha = state.commits.branches.get(name);
	if (sha === undefined) return refuse(404, '404 Branch Not Found');
	const isProtected = state.protectedBranches.has(name);
	const level = state.people.get(login) ?? 0;
	const can_push = level >= (isProtected ? 40 : 30);
	return { status: 200, body: { name, protected: isProtected, can_push, commit: { id: sha } } };
};

/** What an edition does not have, it does not find; or it says that one is not who one says. */
const approvalRules: Route = ({ state }) => {
	if (!state.isUltimate) return refuse(401, '401 Unauthorized');
	const rules = [...state.approvals].map(([name, approvals_required], id) => ({
		id,
		name: 'rule',
		rule_type: 'regular',
		approvals_required,
		protected_branches: [{ id, name }],
	}));
	return { status: 200, items: rules };
};

const statusChecks: Route = ({ state }) => {
	if (!state.isUltimate) return refuse(401, '401 Unauthorized');
	const checks = [...state.checks].flatMap(([branch, names]) =>
		names.map((name, id) => ({
			id,
			name,
			project_id: state.projectId,
			protected_branches: [{ id, name: branch }],
		})),
	);
	return { status: 200, items: checks };
};

const member: Route = ({ state, parameters }) => {
	const [login, level = 0] = [...state.people][Number(parameters['user_id']) - 1] ?? [];
	if (login === undefined || level === 0) return refuse(404, '404 Not found');
	return { status: 200, body: { ...describeUser(state, login), access_level: level } };
};

const users: Route = ({ state, query }) => {
	const found = [...state.people.keys()].filter((login) => login === query.get('username'));
	return { status: 200, items: found.map((login) => describeUser(state, login)) };
};

const root = '/projects/{id}';

export const otherRoutes: Readonly<Record<string, Route>> = {
	'get /user': ({ state, login }) => ({ status: 200, body: describeUser(state, login) }),
	'get /users': users,
	[`get ${root}`]: project,
	[`get ${root}/repository/branches/{branch}`]: branch,
	[`get ${root}/repository/commits/{sha}/statuses`]: listStatuses,
	[`post ${root}/statuses/{sha}`]: setStatus,
	[`get ${root}/approval_rules`]: approvalRules,
	[`get ${root}/external_status_checks`]: statusChecks,
	[`get ${root}/members/all/{user_id}`]: member,
};
