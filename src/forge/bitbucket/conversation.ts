import type { ForgeComment, LineRemark, Login } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { UnreadableAnswerError } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';
import { writeRemarks } from '../remarks.ts';
import { type BitbucketApi, readValues } from './bitbucket-api.ts';
import { hideLines } from './hidden-lines.ts';
import { findAccounts } from './people.ts';
import { readComment } from './pull-request.ts';
import { needPull, pullPath, putPull } from './pulls.ts';

/** Bitbucket takes the whole list, by accounts. */
export async function requestReviewers(
	api: BitbucketApi,
	number: number,
	reviewers: readonly Login[],
	signal: AbortSignal,
): Promise<void> {
	const found = await needPull(api, number, signal);
	const { pull, reviewers: asked } = found;
	const { accounts, unknown } = await findAccounts(api, [...new Set(reviewers)], signal);
	const wanted = new Set([...asked, ...accounts.filter((each) => each !== `{${pull.author}}`)]);
	if (wanted.size > asked.length) {
		await putPull(api, found, { title: pull.title, body: pull.body, reviewers: [...wanted] }, signal);
	}
	if (unknown.length === 0) return;
	const message = `Bitbucket knows nobody of the workspace to ask for a review by the name ${unknown.join(', ')}`;
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

export async function listComments(
	api: BitbucketApi,
	number: number,
	signal: AbortSignal,
): Promise<readonly ForgeComment[]> {
	const request = { path: `${pullPath(api, number)}/comments`, query: { sort: 'id' }, what: 'list comments' };
	const values = await readValues(api, request, signal);
	return understand(api.client, request, () => values.flatMap((value) => readComment(value) ?? []));
}

export async function writeComment(
	api: BitbucketApi,
	number: number,
	body: string,
	signal: AbortSignal,
): Promise<ForgeComment> {
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/comments`,
		body: { type: 'pullrequest_comment', content: { raw: hideLines(body) } },
		what: 'comment',
		creates: true,
	} as const;
	return await api.client.ask(request, needComment, signal);
}

function needComment(value: unknown): ForgeComment {
	const comment = readComment(value);
	if (comment === undefined) throw new UnreadableAnswerError('no comment');
	return comment;
}

export async function editComment(
	api: BitbucketApi,
	{ number, id }: { readonly number: number; readonly id: string },
	body: string,
	signal: AbortSignal,
): Promise<void> {
	const path = `${pullPath(api, number)}${apiPath`/comments/${id}`}`;
	const content = { type: 'pullrequest_comment', content: { raw: hideLines(body) } };
	await api.client.send({ method: 'PUT', path, body: content, what: 'edit a comment' }, signal);
}

/** Bitbucket has no review of its own for this: each remark is a comment on its line, and another says the rest. */
export async function writeReview(
	api: BitbucketApi,
	number: number,
	review: { readonly body: string; readonly remarks: readonly LineRemark[] },
	signal: AbortSignal,
): Promise<void> {
	const place = (remark: LineRemark) => placeRemark(api, number, remark, signal);
	const comment = (body: string) => writeComment(api, number, body, signal);
	await writeRemarks({ place, comment }, review);
}

async function placeRemark(
	api: BitbucketApi,
	number: number,
	{ path, line, body }: LineRemark,
	signal: AbortSignal,
): Promise<boolean> {
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/comments`,
		body: { type: 'pullrequest_comment', content: { raw: body }, inline: { path, to: line } },
		what: 'remark on a line',
		creates: true,
		expected: [400],
	} as const;
	return (await api.client.send(request, signal)).status < 300;
}
