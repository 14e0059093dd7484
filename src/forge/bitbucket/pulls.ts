import type { Creation, NewPullRequest, PullRequest, PullRequestEdit } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { type ForgeAnswer, understand } from '../http/client.ts';
import { forgeError } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import {
	type BitbucketApi,
	findWholeCommit,
	readRepository,
	readValues,
	refuseForGood,
} from './bitbucket-api.ts';
import { hideLines } from './hidden-lines.ts';
import { type BitbucketPull, readPull } from './pull-request.ts';

const everyState = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'];

export function pullPath({ repository }: BitbucketApi, number: number): string {
	return `${repository}${apiPath`/pullrequests/${number}`}`;
}

/** `undefined` where there is none; throws where the repository itself is gone or hidden. */
export async function findPull(
	api: BitbucketApi,
	number: number,
	signal: AbortSignal,
): Promise<BitbucketPull | undefined> {
	const what = `read pull request ${number}`;
	const request = { method: 'GET', path: pullPath(api, number), what, expected: [404] } as const;
	const { status, body } = await api.client.send(request, signal);
	if (status !== 404) return understand(api.client, request, () => readPull(body));
	await readRepository(api, signal);
	return undefined;
}

/** A pull request of which more is asked than that it exists. */
export async function needPull(
	api: BitbucketApi,
	number: number,
	signal: AbortSignal,
): Promise<BitbucketPull> {
	const found = await findPull(api, number, signal);
	if (found === undefined) throw refuseForGood(api, `there is no pull request ${number}`);
	return found;
}

/** With its commits. */
export async function completePull(
	api: BitbucketApi,
	{ pull, headHash, mergeHash }: BitbucketPull,
	signal: AbortSignal,
): Promise<PullRequest> {
	const headCommit = await findWholeCommit(api, headHash, signal);
	const mergeCommit = await findWholeCommit(api, pull.state === 'merged' ? mergeHash : undefined, signal);
	return {
		...pull,
		...(headCommit === undefined ? {} : { headCommit }),
		...(mergeCommit === undefined ? {} : { mergeCommit }),
	};
}

async function listPulls(
	api: BitbucketApi,
	query: { readonly state: readonly string[]; readonly q?: string },
	signal: AbortSignal,
): Promise<readonly BitbucketPull[]> {
	const request = { path: `${api.repository}/pullrequests`, query, what: 'list pull requests' };
	const values = await readValues(api, request, signal);
	const pulls = understand(api.client, request, () => values.map(readPull));
	// While pages are read, one that is opened pushes another over to the next page.
	const byNumber = new Map(pulls.map((each) => [each.pull.number, each]));
	return [...byNumber.values()].sort((a, b) => b.pull.number - a.pull.number);
}

async function completeAll(
	api: BitbucketApi,
	pulls: readonly BitbucketPull[],
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const complete: PullRequest[] = [];
	for (const each of pulls) complete.push(await completePull(api, each, signal));
	return complete;
}

export async function listOpenPulls(api: BitbucketApi, signal: AbortSignal): Promise<readonly PullRequest[]> {
	return await completeAll(api, await listPulls(api, { state: ['OPEN'] }, signal), signal);
}

async function listByHead(
	api: BitbucketApi,
	head: string,
	state: readonly string[],
	signal: AbortSignal,
): Promise<readonly BitbucketPull[]> {
	// No branch has a quote or a backslash in its name that Git would take.
	if (/["\\]/.test(head)) return [];
	const found = await listPulls(api, { state, q: `source.branch.name = "${head}"` }, signal);
	return found.filter(({ pull }) => pull.head === head && !pull.isForeign);
}

export async function findByHead(
	api: BitbucketApi,
	head: string,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	return await completeAll(api, await listByHead(api, head, everyState, signal), signal);
}

/** Where one is open already Bitbucket writes over it and says that it is new: so that is found out before. */
export async function createPull(
	api: BitbucketApi,
	{ title, body, head, base, isDraft }: NewPullRequest,
	signal: AbortSignal,
): Promise<Creation> {
	const open = await listByHead(api, head, ['OPEN'], signal);
	if (open.some(({ pull }) => pull.base === base)) return { kind: 'exists' };
	const request = {
		method: 'POST',
		path: `${api.repository}/pullrequests`,
		body: {
			type: 'pullrequest',
			title,
			description: hideLines(body),
			source: { branch: { name: head } },
			destination: { branch: { name: base } },
			close_source_branch: false,
			...(isDraft ? { draft: true } : {}),
		},
		what: `open a pull request from ${head}`,
		creates: true,
		expected: [400],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status < 300) {
		const created = understand(api.client, request, () => readPull(answer.body));
		return { kind: 'created', pull: await completePull(api, created, signal) };
	}
	// Of a push of a moment ago, not every part of a forge knows yet.
	const retry = /branch/i.test(readWords(answer.text)) ? 'soon' : 'later';
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message: describeRefusal(request.what, answer), retry });
}

function describeRefusal(what: string, { status, text }: ForgeAnswer): string {
	return `Bitbucket refuses to ${what}: ${readWords(text) || status}`;
}

/** Bitbucket opens none again, and changes none that is closed; asked to close what is closed, there is nothing to do. */
export async function updatePull(
	api: BitbucketApi,
	number: number,
	{ title, body, state }: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest> {
	const before = await needPull(api, number, signal);
	const { pull } = before;
	const isText = title !== undefined || body !== undefined;
	if (pull.state !== 'open' && state === 'open') {
		throw refuseForGood(api, `Bitbucket opens no pull request again; ${number} is ${pull.state}`);
	}
	if (pull.state !== 'open' && isText) {
		throw refuseForGood(api, `Bitbucket changes only open pull requests; ${number} is ${pull.state}`);
	}
	const written = isText
		? await putPull(api, before, { title: title ?? pull.title, body: body ?? pull.body }, signal)
		: before;
	const after =
		state === 'closed' && pull.state === 'open' ? await declinePull(api, number, signal) : written;
	return await completePull(api, after, signal);
}

/** Whatever is not sent along is taken off: reviewers too. */
export async function putPull(
	api: BitbucketApi,
	{ pull, reviewers }: BitbucketPull,
	text: { readonly title: string; readonly body: string; readonly reviewers?: readonly string[] },
	signal: AbortSignal,
): Promise<BitbucketPull> {
	const request = {
		method: 'PUT',
		path: pullPath(api, pull.number),
		body: {
			type: 'pullrequest',
			title: text.title,
			description: hideLines(text.body),
			reviewers: (text.reviewers ?? reviewers).map((uuid) => ({ type: 'user', uuid })),
			...(pull.isDraft ? { draft: true } : {}),
		},
		what: `change pull request ${pull.number}`,
		expected: [400],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status < 300) return understand(api.client, request, () => readPull(answer.body));
	const message = describeRefusal(request.what, answer);
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

async function declinePull(api: BitbucketApi, number: number, signal: AbortSignal): Promise<BitbucketPull> {
	const what = `decline pull request ${number}`;
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/decline`,
		what,
		expected: [400, 409],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status < 300) return understand(api.client, request, () => readPull(answer.body));
	// It may have come to an end since.
	const after = await needPull(api, number, signal);
	if (after.pull.state !== 'open') return after;
	const message = describeRefusal(what, answer);
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}
