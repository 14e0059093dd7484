import {
	describeAccount,
	describeRepository,
	describeRestriction,
	describeStatus,
	type Route,
	refuse,
} from './bitbucket-answers.ts';
import { type FakeStatus, fullName } from './bitbucket-state.ts';

/** By the beginning of its id. */
const commit: Route = ({ state, parameters }) => {
	const short = parameters['commit'] ?? '';
	const known = [
		...state.commits.branches.values(),
		...state.pulls.flatMap((pull) => [pull.commit, pull.mergeCommit ?? '']),
	];
	const hash = known.find((each) => short.length >= 7 && each.startsWith(short));
	return hash === undefined
		? refuse(404, 'Commit not found')
		: { status: 200, body: { type: 'commit', hash } };
};

const setStatus: Route = ({ state, parameters, body }) => {
	const { key, name, url, description = '', state: outcome } = body as Partial<FakeStatus>;
	const sha = parameters['commit'] ?? '';
	if (!state.commits.has(sha)) return refuse(404, 'Commit not found');
	if (url === undefined) return refuse(400, 'url: required key not provided');
	if (key === undefined || key.length > 40)
		return refuse(400, 'key: Ensure this value has at most 40 characters');
	if ([...description].length > 255)
		return refuse(400, 'description: Ensure this value has at most 255 characters');
	const status = { commit: sha, key, name: name ?? key, url, description, state: outcome ?? '' };
	state.statuses.set(`${sha} ${key}`, status);
	return { status: 201, body: describeStatus(status) };
};

const listStatuses: Route = ({ state, parameters }) => {
	const found = [...state.statuses.values()].filter((each) => each.commit === parameters['commit']);
	return { status: 200, values: found.map(describeStatus) };
};

const ranks = {
	admin: ['admin', 'contributor', 'member'],
	write: ['contributor', 'member'],
	read: ['member'],
};

const listRepositories: Route = ({ state, account, query }) => {
	if (query.get('q') !== `full_name = "${fullName(state)}"`)
		throw new Error(`no such filter: ${query.get('q')}`);
	const permission = state.people.get(account);
	const isOurs = permission !== undefined && ranks[permission].includes(query.get('role') ?? '');
	return { status: 200, values: isOurs ? [describeRepository(state)] : [] };
};

const listPermissions: Route = ({ state, account }) => {
	if (state.people.get(account) !== 'admin') return refuse(403, 'You are not an admin of this repository');
	const values = [...state.people].flatMap(([each, permission]) =>
		permission === undefined
			? []
			: [{ type: 'repository_permission', permission, user: describeAccount(state, each) }],
	);
	return { status: 200, values };
};

const listRestrictions: Route = ({ state, account }) => {
	if (state.people.get(account) !== 'admin') return refuse(403, 'You are not an admin of this repository');
	return {
		status: 200,
		values: state.restrictions.map((rule, id) => describeRestriction(state, rule, id + 1)),
	};
};

const listMembers: Route = ({ state }) => ({
	status: 200,
	values: [...state.people.keys()].map((each) => ({
		type: 'workspace_membership',
		user: describeAccount(state, each),
	})),
});

const root = '/repositories/{workspace}/{repo_slug}';

export const otherRoutes: Readonly<Record<string, Route>> = {
	'get /user': ({ state, account }) => ({ status: 200, body: describeAccount(state, account) }),
	'get /workspaces/{workspace}/members': listMembers,
	'get /workspaces/{workspace}/permissions/repositories/{repo_slug}': listPermissions,
	'get /repositories/{workspace}': listRepositories,
	[`get ${root}`]: ({ state }) => ({ status: 200, body: describeRepository(state) }),
	[`get ${root}/branch-restrictions`]: listRestrictions,
	[`get ${root}/commit/{commit}`]: commit,
	[`get ${root}/commit/{commit}/statuses`]: listStatuses,
	[`post ${root}/commit/{commit}/statuses/build`]: setStatus,
};
