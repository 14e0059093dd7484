import { describeRepository, describeStatus, describeThread, type Route, refuse } from './azure-answers.ts';
import { onPull } from './azure-pull-routes.ts';
import {
	type AzureState,
	evaluate,
	type FakeStatus,
	type FakeThread,
	ids,
	type Right,
	runAutoCompletes,
	takeId,
	tick,
} from './azure-state.ts';

interface StatusBody {
	readonly iterationId?: number;
	readonly state?: string;
	readonly description?: string;
	readonly context?: { readonly genre?: string; readonly name: string };
}

function addStatus(state: AzureState, of: string | number, body: StatusBody): FakeStatus {
	const status = {
		id: takeId(state),
		of,
		createdAt: tick(state),
		genre: body.context?.genre,
		name: body.context?.name ?? '',
		state: body.state ?? 'notSet',
		description: body.description ?? '',
		...(body.iterationId === undefined ? {} : { iteration: body.iterationId }),
	};
	state.statuses.push(status);
	runAutoCompletes(state);
	return status;
}

/** The newest first; of each name the newest alone, where that is wanted. */
const listStatuses: Route = ({ state, parameters, query }) => {
	const all = state.statuses.filter(({ of }) => of === parameters['commitId']).reverse();
	const seen = new Set<string>();
	const newest = all.filter(({ genre, name }) => {
		const key = `${genre} ${name}`;
		return !seen.has(key) && seen.add(key) !== undefined;
	});
	return { status: 200, values: (query.get('latestOnly') === 'true' ? newest : all).map(describeStatus) };
};

const setStatus: Route = ({ state, parameters, body }) => {
	const commit = parameters['commitId'] ?? '';
	if (!state.commits.has(commit))
		return refuse(404, 'TF401175: The version descriptor could not be resolved.');
	return { status: 200, body: describeStatus(addStatus(state, commit, body)) };
};

const addLabel = onPull(({ state, body }, { labels }) => {
	const name = String(body['name']);
	const known = [...labels].find(([, label]) => label === name)?.[0];
	const id = known ?? `33333333-3333-4333-8333-${String(takeId(state)).padStart(12, '0')}`;
	labels.set(id, name);
	return { status: 200, body: { id, name, active: true } };
});

const removeLabel = onPull(({ parameters }, { labels }) => {
	const isThere = labels.delete(parameters['labelIdOrName'] ?? '');
	return isThere ? { status: 200 } : refuse(404, 'The label was not found.');
});

const askReviewer = onPull(({ state, parameters, body }, { votes }) => {
	const person = parameters['reviewerId'] ?? '';
	if (!state.people.has(person)) return refuse(400, 'TF401186: The reviewer is not a valid identity.');
	votes.set(person, Number(body['vote']));
	return { status: 200, body: { id: person, vote: Number(body['vote']) } };
});

interface ThreadBody {
	readonly status?: string;
	readonly comments?: readonly { readonly content?: string }[];
	readonly threadContext?: {
		readonly filePath?: string;
		readonly rightFileStart?: { readonly line: number };
	};
}

/** A line that the file does not have is none to remark on. */
const createThread = onPull(({ state, person, body }, pull) => {
	const { status = 'active', comments = [], threadContext } = body as ThreadBody;
	const place = { path: threadContext?.filePath ?? '', line: threadContext?.rightFileStart?.line ?? 0 };
	const lines =
		state.commits.files(pull.commit).get(place.path.slice(1))?.replace(/\n$/, '').split('\n') ?? [];
	if (threadContext !== undefined && place.line > lines.length) return refuse(400, 'There is no such line.');
	const thread: FakeThread = {
		id: takeId(state),
		pull: pull.id,
		status,
		author: person,
		createdAt: tick(state),
		isSystem: false,
		content: comments[0]?.content ?? '',
		isDeleted: false,
		...(threadContext === undefined ? {} : { place }),
	};
	state.threads.push(thread);
	return { status: 200, body: describeThread(state, thread) };
});

const editComment: Route = ({ state, parameters, body }) => {
	const thread = state.threads.find(({ id }) => id === Number(parameters['threadId']));
	if (thread === undefined) return refuse(404, 'The thread was not found.');
	thread.content = String(body['content']);
	return { status: 200, body: { id: 1, content: thread.content } };
};

const bitsOf: Readonly<Record<Right, number>> = { admin: 8_192 + 128 + 4 + 2, write: 4 + 2, read: 2 };
const token = `repoV2/${ids.project}/${ids.repository}`;

function bits(state: AzureState, person: string): number {
	const right = state.people.get(person);
	return right === undefined ? 0 : bitsOf[right];
}

const permissions: Route = ({ state, person, parameters, query }) => {
	if (query.get('tokens') !== token) throw new Error(`no such token: ${query.get('tokens')}`);
	return { status: 200, values: [(bits(state, person) & Number(parameters['permissions'])) !== 0] };
};

function describeIdentity(state: AzureState, person: string): object {
	const account = state.accounts.get(person) ?? '';
	return {
		id: person,
		descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;acme\\${account}`,
		providerDisplayName: account.split('@')[0],
		isActive: true,
		properties: { Account: { $type: 'System.String', $value: account } },
	};
}

/** A name is looked for as a part of names. */
const identities: Route = ({ state, query }) => {
	const id = query.get('identityIds');
	if (id !== null)
		return { status: 200, values: [state.people.has(id) ? describeIdentity(state, id) : null] };
	const name = query.get('filterValue')?.toLowerCase() ?? '';
	const found = [...state.people.keys()].filter((each) => state.accounts.get(each)?.includes(name));
	return { status: 200, values: found.map((each) => describeIdentity(state, each)) };
};

const accessLists: Route = ({ state, person, query }) => {
	if (!state.showsRights && state.people.get(person) !== 'admin') return refuse(403, 'Access denied.');
	if (query.get('token') !== token) return { status: 200, values: [] };
	const descriptor = query.get('descriptors') ?? '';
	const [, account] = descriptor.split('\\');
	const whose = [...state.accounts].find(([, each]) => each === account)?.[0] ?? '';
	const effectiveAllow = bits(state, whose);
	const entry = {
		descriptor,
		allow: 0,
		deny: 0,
		extendedInfo: effectiveAllow === 0 ? {} : { effectiveAllow },
	};
	return {
		status: 200,
		values: [{ inheritPermissions: true, token, acesDictionary: { [descriptor]: entry } }],
	};
};

const listPolicies: Route = ({ state, query }) => {
	if (query.get('repositoryId') !== ids.repository) throw new Error('policies of another repository');
	const found = state.policies.filter(({ branch }) => `refs/heads/${branch}` === query.get('refName'));
	return { status: 200, values: found.map(describePolicy) };
};

function describePolicy({ type, settings }: AzureState['policies'][number]): object {
	return { type: { id: type }, isEnabled: true, isBlocking: true, isDeleted: false, settings };
}

const evaluations: Route = ({ state, query }) => {
	const [, number] =
		/^vstfs:\/\/\/CodeReview\/CodeReviewId\/[0-9a-f-]{36}\/(\d+)$/.exec(query.get('artifactId') ?? '') ?? [];
	const pull = state.pulls.find(({ id }) => id === Number(number));
	if (pull === undefined) return refuse(404, 'The artifact was not found.');
	const values = evaluate(state, pull).map(({ policy, isMet }) => ({
		configuration: describePolicy(policy),
		status: isMet ? 'approved' : 'queued',
	}));
	return { status: 200, values };
};

const project = '/{organization}/{project}/_apis';
const repository = `${project}/git/repositories/{repositoryId}`;
const pull = `${repository}/pullRequests/{pullRequestId}`;

export const otherRoutes: Readonly<Record<string, Route>> = {
	[`get ${repository}`]: ({ state }) => ({ status: 200, body: describeRepository(state) }),
	[`get ${repository}/commits/{commitId}/statuses`]: listStatuses,
	[`post ${repository}/commits/{commitId}/statuses`]: setStatus,
	[`get ${pull}/statuses`]: onPull(({ state }, { id }) => ({
		status: 200,
		values: state.statuses.filter(({ of }) => of === id).map(describeStatus),
	})),
	[`post ${pull}/statuses`]: onPull(({ state, body }, { id }) =>
		body['iterationId'] === undefined
			? refuse(403, 'Pull request status rejected by status policy. It requires an iteration.')
			: { status: 200, body: describeStatus(addStatus(state, id, body)) },
	),
	[`get ${pull}/iterations`]: onPull((_, { iterations }) => ({
		status: 200,
		values: iterations.map((commitId, index) => ({ id: index + 1, sourceRefCommit: { commitId } })),
	})),
	[`get ${pull}/labels`]: onPull((_, { labels }) => ({
		status: 200,
		values: [...labels].map(([id, name]) => ({ id, name, active: true })),
	})),
	[`post ${pull}/labels`]: addLabel,
	[`delete ${pull}/labels/{labelIdOrName}`]: removeLabel,
	[`put ${pull}/reviewers/{reviewerId}`]: askReviewer,
	[`get ${pull}/threads`]: onPull(({ state }, { id }) => ({
		status: 200,
		values: state.threads.filter((each) => each.pull === id).map((each) => describeThread(state, each)),
	})),
	[`post ${pull}/threads`]: createThread,
	[`patch ${pull}/threads/{threadId}/comments/{commentId}`]: editComment,
	[`get ${project}/git/policy/configurations`]: listPolicies,
	[`get ${project}/policy/evaluations`]: evaluations,
	'get /{organization}/_apis/connectionData': ({ state, person }) => ({
		status: 200,
		body: { authenticatedUser: describeIdentity(state, person) },
	}),
	'get /{organization}/_apis/permissions/{securityNamespaceId}/{permissions}': permissions,
	'get /{organization}/_apis/accesscontrollists/{securityNamespaceId}': accessLists,
	'get /{organization}/_apis/identities': identities,
};
