import { describePull, type Reply, type Route, type RouteRequest, refuse } from './azure-answers.ts';
import { type AzureState, type FakePull, mayWrite, settle, takeId, tick } from './azure-state.ts';

export function onPull(route: (request: RouteRequest, pull: FakePull) => Reply): Route {
	return (request) => {
		const id = Number(request.parameters['pullRequestId']);
		const pull = request.state.pulls.find((each) => each.id === id);
		return pull === undefined
			? refuse(404, 'TF401180: The requested pull request was not found.')
			: route(request, pull);
	};
}

const list: Route = ({ state, query }) => {
	const wanted = query.get('searchCriteria.status') ?? 'active';
	const ref = query.get('searchCriteria.sourceRefName');
	const found = state.pulls
		.filter((each) => wanted === 'all' || each.status === wanted)
		.filter((each) => ref === null || `refs/heads/${each.head}` === ref)
		.sort((a, b) => b.id - a.id);
	return { status: 200, values: found.map((each) => describePull(state, each, true)) };
};

interface PullBody {
	readonly title?: string;
	readonly description?: string;
	readonly status?: FakePull['status'];
	readonly sourceRefName?: string;
	readonly targetRefName?: string;
	readonly isDraft?: boolean;
	readonly lastMergeSourceCommit?: { readonly commitId: string };
	readonly autoCompleteSetBy?: { readonly id: string };
	readonly completionOptions?: { readonly mergeStrategy?: string };
}

const noBranch =
	'TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists, or the requested refs are not branches';
const another = 'TF401179: An active pull request for the source and target branch already exists.';
const tooLong = 'Invalid argument value. The pull request description must be at most 4000 characters.';

function findOther(state: AzureState, head: string, base: string): FakePull | undefined {
	return state.pulls.find(
		(each) => each.status === 'active' && each.head === head && each.base === base && !each.isForeign,
	);
}

const create: Route = ({ state, person, body }) => {
	const wanted: PullBody = body;
	const [head = '', base = ''] = [wanted.sourceRefName, wanted.targetRefName].map((ref) =>
		ref?.replace('refs/heads/', ''),
	);
	const { title = '', description = '' } = wanted;
	const commit = state.commits.branches.get(head);
	if (commit === undefined) return refuse(400, noBranch);
	if (findOther(state, head, base) !== undefined) return refuse(409, another);
	if (description.length > 4_000) return refuse(400, tooLong);
	const pull: FakePull = {
		id: takeId(state),
		head,
		base,
		isForeign: false,
		author: person,
		createdAt: tick(state),
		isDraft: wanted.isDraft === true,
		title,
		description,
		status: 'active',
		commit,
		iterations: [commit],
		mergeStatus: 'queued',
		labels: new Map(),
		votes: new Map(),
	};
	state.pulls.push(pull);
	return { status: 200, body: describePull(state, pull) };
};

/** What may be changed, each alone. */
const update = onPull((request, pull) => {
	const { state, body } = request;
	const wanted: PullBody = body;
	const refusal = changeStatus(request, pull, wanted) ?? changeText(pull, wanted) ?? changeWish(pull, wanted);
	return refusal ?? { status: 200, body: describePull(state, pull) };
});

function changeText(pull: FakePull, { title, description }: PullBody): Reply | undefined {
	if (title === undefined && description === undefined) return undefined;
	if (pull.status !== 'active') {
		return refuse(400, 'TF401181: The pull request cannot be edited due to its state.');
	}
	if ((description ?? '').length > 4_000) return refuse(400, tooLong);
	pull.title = title ?? pull.title;
	pull.description = description ?? pull.description;
	return undefined;
}

function changeWish(pull: FakePull, { autoCompleteSetBy: by }: PullBody): Reply | undefined {
	if (by === undefined) return undefined;
	if (by.id === '00000000-0000-0000-0000-000000000000') delete pull.autoCompleteBy;
	else pull.autoCompleteBy = by.id;
	return undefined;
}

function changeStatus(request: RouteRequest, pull: FakePull, wanted: PullBody): Reply | undefined {
	const { state, person } = request;
	switch (wanted.status) {
		case 'active':
			return activate(state, pull);
		case 'abandoned':
			if (pull.status !== 'active') return refuse(400, 'TF401181: The pull request cannot be edited.');
			Object.assign(pull, { status: 'abandoned', closedAt: tick(state), closedBy: person });
			return undefined;
		case 'completed':
			return complete(request, pull, wanted);
		default:
			return undefined;
	}
}

function activate(state: AzureState, pull: FakePull): Reply | undefined {
	const commit = state.commits.branches.get(pull.head);
	if (pull.status === 'completed') return refuse(400, 'TF401181: The pull request cannot be edited.');
	if (commit === undefined) return refuse(400, noBranch);
	if (findOther(state, pull.head, pull.base) !== undefined) return refuse(409, another);
	Object.assign(pull, { status: 'active', commit, mergeStatus: 'queued' });
	if (pull.iterations.at(-1) !== commit) pull.iterations.push(commit);
	delete pull.closedAt;
	delete pull.closedBy;
	return undefined;
}

function complete({ state, person }: RouteRequest, pull: FakePull, wanted: PullBody): Reply | undefined {
	if (!mayWrite(state, person))
		return refuse(403, 'TF401027: You need the Git ‘GenericContribute’ permission.');
	if (pull.status !== 'active') return refuse(400, 'TF401181: The pull request cannot be edited.');
	if (wanted.lastMergeSourceCommit?.commitId !== pull.commit) {
		return refuse(409, 'TF401192: The pull request was modified by another user.');
	}
	const rule = state.policies.find(({ settings }) => 'allowSquash' in settings)?.settings;
	const strategy = wanted.completionOptions?.mergeStrategy ?? '';
	const setting = `allow${strategy.charAt(0).toUpperCase()}${strategy.slice(1)}`;
	if (rule !== undefined && rule[setting] !== true) return refuse(400, 'The merge strategy is not allowed.');
	Object.assign(pull, { completing: person, mergeStatus: 'queued' });
	return undefined;
}

const read = onPull(({ state }, pull) => {
	const told = describePull(state, pull);
	settle(state, pull);
	return { status: 200, body: told };
});

const root = '/{organization}/{project}/_apis/git/repositories/{repositoryId}/pullRequests';
const one = `${root}/{pullRequestId}`;

export const pullRoutes: Readonly<Record<string, Route>> = {
	[`get ${root}`]: list,
	[`post ${root}`]: create,
	[`get ${one}`]: read,
	[`patch ${one}`]: update,
};
