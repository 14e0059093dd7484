import type { Creation, NewPullRequest, PullRequest, PullRequestEdit } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { type ForgeAnswer, understand } from '../http/client.ts';
import { forgeError } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import {
	type AzureApi,
	pullPath,
	readAllValues,
	readIds,
	readValues,
	refuseForGood,
	version,
} from './azure-api.ts';
import { bodyLimit, fitBody } from './fit-body.ts';
import { type AzurePull, readLabels, readPull, toRef } from './pull-request.ts';

/** In a list a text is cut after so many characters: https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/get-pull-requests */
const listedBody = 400;

/** `undefined` where there is none; throws where the repository itself is gone or hidden. */
export async function findPull(
	api: AzureApi,
	number: number,
	signal: AbortSignal,
): Promise<AzurePull | undefined> {
	const request = {
		method: 'GET',
		path: pullPath(api, number),
		query: version,
		what: `read pull request ${number}`,
		expected: [404],
	} as const;
	const { status, body } = await api.client.send(request, signal);
	if (status !== 404)
		return noteHead(
			api,
			understand(api.client, request, () => readPull(body, api.page)),
		);
	await readIds(api, signal);
	return undefined;
}

/** A pull request of which more is asked than that it exists. */
export async function needPull(api: AzureApi, number: number, signal: AbortSignal): Promise<AzurePull> {
	const found = await findPull(api, number, signal);
	if (found === undefined) throw refuseForGood(api, `there is no pull request ${number}`);
	return found;
}

/** So many heads are remembered. */
const maxHeads = 10_000;

function noteHead(api: AzureApi, found: AzurePull): AzurePull {
	const { state, headCommit, number, isForeign } = found.pull;
	if (api.heads.size >= maxHeads) api.heads.clear();
	if (headCommit === undefined || isForeign) return found;
	if (state === 'open') api.heads.set(headCommit, number);
	else if (api.heads.get(headCommit) === number) api.heads.delete(headCommit);
	return found;
}

/** With its labels, which are told apart. */
export async function readWhole(
	api: AzureApi,
	number: number,
	signal: AbortSignal,
): Promise<PullRequest | undefined> {
	const found = await findPull(api, number, signal);
	if (found === undefined) return undefined;
	const labels = await listLabels(api, number, signal);
	return { ...found.pull, labels: labels.length > 0 ? readLabels(labels) : found.pull.labels };
}

export async function listLabels(
	api: AzureApi,
	number: number,
	signal: AbortSignal,
): ReturnType<typeof readValues> {
	const request = { path: `${pullPath(api, number)}/labels`, query: version, what: 'list labels' };
	return await readValues(api.client, request, signal);
}

async function listPulls(
	api: AzureApi,
	criteria: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const request = {
		path: `${api.repository}/pullRequests`,
		query: { ...version, ...criteria },
		what: 'list pull requests',
	};
	const values = await readAllValues(api.client, request, { top: '$top', skip: '$skip' }, signal);
	const pulls = understand(api.client, request, () =>
		values.map((value) => noteHead(api, readPull(value, api.page)).pull),
	);
	// While pages are read, one that is opened pushes another over to the next page.
	const byNumber = new Map(pulls.map((pull) => [pull.number, pull]));
	return [...byNumber.values()].sort((a, b) => b.number - a.number);
}

/** Their labels are not told. */
export async function listOpenPulls(api: AzureApi, signal: AbortSignal): Promise<readonly PullRequest[]> {
	const found = await listPulls(api, { 'searchCriteria.status': 'active' }, signal);
	const whole: PullRequest[] = [];
	for (const pull of found) {
		const isCut = pull.body.length >= listedBody;
		whole.push(isCut ? ((await findPull(api, pull.number, signal))?.pull ?? pull) : pull);
	}
	return whole;
}

/** Nothing about one that is closed changes while it is closed: it is read whole once. */
export function createFindByHead(
	api: AzureApi,
): (head: string, signal: AbortSignal) => Promise<readonly PullRequest[]> {
	const closed = new Map<number, PullRequest>();
	return async (head, signal) => {
		const criteria = { 'searchCriteria.sourceRefName': toRef(head), 'searchCriteria.status': 'all' };
		const found = await listPulls(api, criteria, signal);
		const whole: PullRequest[] = [];
		for (const pull of found.filter((each) => each.head === head && !each.isForeign)) {
			const before = closed.get(pull.number);
			const isKnown = before?.state === pull.state && before.closedAt === pull.closedAt;
			const now = isKnown ? before : ((await readWhole(api, pull.number, signal)) ?? pull);
			if (now.state === 'open') closed.delete(pull.number);
			else closed.set(pull.number, now);
			whole.push(now);
		}
		return whole;
	};
}

export async function createPull(
	api: AzureApi,
	{ title, body, head, base, isDraft }: NewPullRequest,
	signal: AbortSignal,
): Promise<Creation> {
	const request = {
		method: 'POST',
		path: `${api.repository}/pullRequests`,
		query: version,
		body: {
			title,
			description: needFit(api, body),
			sourceRefName: toRef(head),
			targetRefName: toRef(base),
			isDraft,
		},
		what: `open a pull request from ${head}`,
		creates: true,
		expected: [400, 409],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status === 409) return { kind: 'exists' };
	if (answer.status < 300) {
		const created = understand(api.client, request, () => readPull(answer.body, api.page));
		return { kind: 'created', pull: noteHead(api, created).pull };
	}
	// Of a push of a moment ago, not every part of a forge knows yet.
	const retry = /branch/i.test(readWords(answer.text)) ? 'soon' : 'later';
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message: describeRefusal(request.what, answer), retry });
}

function needFit(api: AzureApi, body: string): string {
	const fitting = fitBody(body);
	if (fitting !== undefined) return fitting;
	const message = `Azure DevOps takes ${bodyLimit} characters of text, and what has to be in it is longer`;
	throw refuseForGood(api, message);
}

export function describeRefusal(what: string, { status, text }: ForgeAnswer): string {
	return `Azure DevOps refuses to ${what}: ${readWords(text) || status}`;
}

/** Azure changes only what is open: so it is opened before, and closed after its text is written. */
export async function updatePull(
	api: AzureApi,
	number: number,
	{ title, body, state }: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest> {
	let { pull } = await needPull(api, number, signal);
	const text = {
		...(title === undefined ? {} : { title }),
		...(body === undefined ? {} : { description: needFit(api, body) }),
	};
	if (state === 'open' && pull.state !== 'open')
		pull = await patchPull(api, number, { status: 'active' }, signal);
	if (Object.keys(text).length > 0) {
		if (pull.state !== 'open') {
			throw refuseForGood(api, `Azure DevOps changes only open pull requests; ${number} is ${pull.state}`);
		}
		pull = await patchPull(api, number, text, signal);
	}
	if (state === 'closed' && pull.state === 'open') {
		pull = await patchPull(api, number, { status: 'abandoned' }, signal);
	}
	return { ...pull, labels: readLabels(await listLabels(api, number, signal)) };
}

async function patchPull(
	api: AzureApi,
	number: number,
	body: object,
	signal: AbortSignal,
): Promise<PullRequest> {
	const answer = await sendPatch(api, number, { body }, signal);
	if (answer.status >= 300)
		throw refuseForGood(api, describeRefusal(`change pull request ${number}`, answer));
	return understand(api.client, { what: 'change it' }, () => noteHead(api, readPull(answer.body, api.page)))
		.pull;
}

/** Refusals, of these statuses, are answers. */
export async function sendPatch(
	api: AzureApi,
	number: number,
	{ body, refusals = [400, 404, 409] }: { readonly body: object; readonly refusals?: readonly number[] },
	signal: AbortSignal,
): Promise<ForgeAnswer> {
	const what = `change pull request ${number}`;
	const path = pullPath(api, number);
	const request = { method: 'PATCH', path, query: version, body, what, expected: refusals } as const;
	return await api.client.send(request, signal);
}

/** The open pull request whose head a commit is. */
export async function findByCommit(
	api: AzureApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<number | undefined> {
	if (!api.heads.has(commit)) await listPulls(api, { 'searchCriteria.status': 'active' }, signal);
	return api.heads.get(commit);
}
