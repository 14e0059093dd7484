import type { ForgeComment, LineRemark, Login } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { findText, readText, UnreadableAnswerError } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';
import { writeRemarks } from '../remarks.ts';
import { type AzureApi, pullPath, readValues, refuseForGood, version } from './azure-api.ts';
import { findPerson } from './people.ts';
import { readThread } from './pull-request.ts';
import { listLabels, needPull } from './pulls.ts';

export async function addLabels(
	api: AzureApi,
	number: number,
	labels: readonly string[],
	signal: AbortSignal,
): Promise<void> {
	const path = `${pullPath(api, number)}/labels`;
	for (const name of new Set(labels)) {
		const request = { method: 'POST', path, query: version, body: { name }, what: 'add a label' } as const;
		await api.client.send(request, signal);
	}
}

/** By its id: a name may have characters that a path may not. */
export async function removeLabel(
	api: AzureApi,
	number: number,
	label: string,
	signal: AbortSignal,
): Promise<void> {
	const found = (await listLabels(api, number, signal)).find((each) => findText(each, 'name') === label);
	if (found === undefined) return;
	const id = understand(api.client, { what: 'list labels' }, () => readText(found, 'id'));
	const path = `${pullPath(api, number)}${apiPath`/labels/${id}`}`;
	const what = 'take a label off';
	await api.client.send({ method: 'DELETE', path, query: version, what, expected: [404] }, signal);
}

/** One by one: whoever is asked already keeps their vote. */
export async function requestReviewers(
	api: AzureApi,
	number: number,
	reviewers: readonly Login[],
	signal: AbortSignal,
): Promise<void> {
	const { pull, reviewers: asked } = await needPull(api, number, signal);
	const unknown: string[] = [];
	for (const name of new Set(reviewers)) {
		const id = await findPerson(api, name, signal);
		if (id === pull.author || (id !== undefined && asked.includes(id))) continue;
		if (id === undefined || !(await askOne(api, number, id, signal))) unknown.push(name);
	}
	if (unknown.length === 0) return;
	const message = `Azure DevOps knows nobody to ask for a review by the name ${unknown.join(', ')}`;
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

async function askOne(api: AzureApi, number: number, id: Login, signal: AbortSignal): Promise<boolean> {
	const request = {
		method: 'PUT',
		path: `${pullPath(api, number)}${apiPath`/reviewers/${id}`}`,
		query: version,
		body: { id, vote: 0 },
		what: `ask for a review of pull request ${number}`,
		expected: [400, 404],
	} as const;
	return (await api.client.send(request, signal)).status < 300;
}

/** Threads are not told page by page. */
export async function listComments(
	api: AzureApi,
	number: number,
	signal: AbortSignal,
): Promise<readonly ForgeComment[]> {
	const request = { path: `${pullPath(api, number)}/threads`, query: version, what: 'list comments' };
	const threads = await readValues(api.client, request, signal);
	const comments = understand(api.client, request, () => threads.flatMap(readThread));
	return comments.sort((a, b) => a.createdAt - b.createdAt);
}

/** Closed from the start: an open thread may hold up the merge until somebody closes it. */
export async function writeComment(
	api: AzureApi,
	number: number,
	body: string,
	signal: AbortSignal,
): Promise<ForgeComment> {
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/threads`,
		query: version,
		body: { comments: [newComment(body)], status: 'closed' },
		what: 'comment',
		creates: true,
	} as const;
	return await api.client.ask(
		request,
		(thread) => {
			const [comment] = readThread(thread);
			if (comment === undefined) throw new UnreadableAnswerError('no comment');
			return comment;
		},
		signal,
	);
}

function newComment(content: string): object {
	return { parentCommentId: 0, content, commentType: 'text' };
}

export async function editComment(
	api: AzureApi,
	{ number, id }: { readonly number: number; readonly id: string },
	body: string,
	signal: AbortSignal,
): Promise<void> {
	const [, thread, comment] = /^(\d+)\.(\d+)$/.exec(id) ?? [];
	if (thread === undefined || comment === undefined) throw refuseForGood(api, `there is no comment ${id}`);
	const path = `${pullPath(api, number)}${apiPath`/threads/${thread}/comments/${comment}`}`;
	const request = {
		method: 'PATCH',
		path,
		query: version,
		body: { content: body },
		what: 'edit a comment',
	} as const;
	await api.client.send(request, signal);
}

/** Azure has no review of its own for this: each remark begins a thread, and another says the rest. */
export async function writeReview(
	api: AzureApi,
	number: number,
	review: { readonly body: string; readonly remarks: readonly LineRemark[] },
	signal: AbortSignal,
): Promise<void> {
	const place = (remark: LineRemark) => placeRemark(api, number, remark, signal);
	const comment = (body: string) => writeComment(api, number, body, signal);
	await writeRemarks({ place, comment }, review);
}

async function placeRemark(
	api: AzureApi,
	number: number,
	{ path, line, body }: LineRemark,
	signal: AbortSignal,
): Promise<boolean> {
	const place = { line, offset: 1 };
	const threadContext = { filePath: `/${path}`, rightFileStart: place, rightFileEnd: place };
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/threads`,
		query: version,
		body: { comments: [newComment(body)], status: 'active', threadContext },
		what: 'remark on a line',
		creates: true,
		expected: [400],
	} as const;
	return (await api.client.send(request, signal)).status < 300;
}
