import type { Creation, NewPullRequest, PullRequest, PullRequestEdit } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { type ForgeAnswer, understand } from '../http/client.ts';
import { readAll } from '../http/pages.ts';
import { forgeError } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import { type GitLabApi, pageSize, readProject } from './gitlab-api.ts';
import { formatTitle, type GitLabMerge, readMerge } from './merge-request.ts';

export function mergePath({ project }: GitLabApi, number: number): string {
	return `${project}${apiPath`/merge_requests/${number}`}`;
}

/** `undefined` where there is none; throws where the project itself is gone or hidden. */
export async function findMerge(
	api: GitLabApi,
	number: number,
	signal: AbortSignal,
): Promise<GitLabMerge | undefined> {
	const request = {
		method: 'GET',
		path: mergePath(api, number),
		what: `read merge request ${number}`,
		expected: [404],
	} as const;
	const { status, body } = await api.client.send(request, signal);
	if (status !== 404) return understand(api.client, request, () => readMerge(body));
	await readProject(api, signal);
	return undefined;
}

/** A merge request of which more is asked than that it exists. */
export async function needMerge(api: GitLabApi, number: number, signal: AbortSignal): Promise<GitLabMerge> {
	const found = await findMerge(api, number, signal);
	if (found === undefined) throw refuseForGood(api, `there is no merge request ${number}`);
	return found;
}

function refuseForGood({ client }: GitLabApi, message: string): Error {
	return forgeError(client, 'E_FORGE_REFUSED', { message, retry: 'never' });
}

export async function listMerges(
	{ client, project }: GitLabApi,
	query: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const order = { order_by: 'created_at', sort: 'desc', per_page: pageSize };
	const request = {
		method: 'GET',
		path: `${project}/merge_requests`,
		query: { ...query, ...order },
		what: 'list merge requests',
	} as const;
	const items = await readAll(client, request, signal);
	const pulls = understand(client, request, () => items.map((item) => readMerge(item).pull));
	// While pages are read, one that is opened pushes another over to the next page.
	const byNumber = new Map(pulls.map((pull) => [pull.number, pull]));
	return [...byNumber.values()].sort((a, b) => b.number - a.number);
}

export async function createMerge(
	{ client, project }: GitLabApi,
	{ title, body, head, base, isDraft }: NewPullRequest,
	signal: AbortSignal,
): Promise<Creation> {
	const request = {
		method: 'POST',
		path: `${project}/merge_requests`,
		body: {
			title: formatTitle(title, isDraft),
			description: body,
			source_branch: head,
			target_branch: base,
			remove_source_branch: false,
		},
		what: `open a merge request from ${head}`,
		creates: true,
		expected: [400, 409, 422],
	} as const;
	const answer = await client.send(request, signal);
	if (answer.status === 409) return { kind: 'exists' };
	if (answer.status < 300) {
		return { kind: 'created', pull: understand(client, request, () => readMerge(answer.body).pull) };
	}
	const message = describeRefusal(request.what, answer);
	// Of a push of a moment ago, not every part of a forge knows yet.
	const retry = /source.branch/i.test(readWords(answer.text)) ? 'soon' : 'later';
	throw forgeError(client, 'E_FORGE_REFUSED', { message, retry });
}

function describeRefusal(what: string, { status, text }: ForgeAnswer): string {
	return `GitLab refuses to ${what}: ${readWords(text) || status}`;
}

export async function updateMerge(
	api: GitLabApi,
	number: number,
	edit: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest> {
	const { client } = api;
	const before = await needMerge(api, number, signal);
	const request = {
		method: 'PUT',
		path: mergePath(api, number),
		body: writeEdit(before, edit),
		what: `change merge request ${number}`,
		expected: [400, 409, 422],
	} as const;
	if (Object.keys(request.body).length === 0) return before.pull;
	const answer = await client.send(request, signal);
	if (answer.status >= 300) throw refuseForGood(api, describeRefusal(request.what, answer));
	const { pull } = understand(client, request, () => readMerge(answer.body));
	// GitLab passes over what it cannot open again.
	if (edit.state === 'open' && pull.state !== 'open') {
		throw refuseForGood(api, `GitLab does not open merge request ${number} again`);
	}
	return pull;
}

/** An event that changes nothing would be an error to some versions of GitLab. */
function writeEdit(
	{ pull }: GitLabMerge,
	{ title, body, state }: PullRequestEdit,
): Readonly<Record<string, string>> {
	const isToClose = state === 'closed' && pull.state === 'open';
	const isToOpen = state === 'open' && pull.state !== 'open';
	return {
		...(title === undefined ? {} : { title: formatTitle(title, pull.isDraft) }),
		...(body === undefined ? {} : { description: body }),
		...(isToClose ? { state_event: 'close' } : {}),
		...(isToOpen ? { state_event: 'reopen' } : {}),
	};
}
