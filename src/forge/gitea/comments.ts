import type { ForgeComment } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, findText, readNumber, readTime } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import type { GiteaApi } from './gitea-api.ts';
import { readLogin } from './parse-pull.ts';

export async function listComments(
	{ client, repository }: GiteaApi,
	number: number,
	signal: AbortSignal,
): Promise<readonly ForgeComment[]> {
	const path = `${repository}${apiPath`/issues/${number}/comments`}`;
	const request = { method: 'GET', path, what: `read the comments of pull request ${number}` } as const;
	const items = await readAll(client, request, signal);
	const comments = understand(client, request, () => items.map(parseComment));
	return comments.sort((a, b) => a.createdAt - b.createdAt || Number(a.id) - Number(b.id));
}

export async function writeComment(
	{ client, repository }: GiteaApi,
	number: number,
	body: string,
	signal: AbortSignal,
): Promise<ForgeComment> {
	const path = `${repository}${apiPath`/issues/${number}/comments`}`;
	const what = `comment on pull request ${number}`;
	const request = { method: 'POST', path, body: { body }, what, creates: true } as const;
	return await client.ask(request, parseComment, signal);
}

export async function editComment(
	{ client, repository }: GiteaApi,
	id: string,
	body: string,
	signal: AbortSignal,
): Promise<void> {
	const path = `${repository}${apiPath`/issues/comments/${id}`}`;
	await client.send({ method: 'PATCH', path, body: { body }, what: 'edit a comment' }, signal);
}

function parseComment(item: unknown): ForgeComment {
	const fields = asFields(item, 'comment');
	return {
		id: String(readNumber(fields, 'id')),
		author: readLogin(fields['user']),
		body: findText(fields, 'body') ?? '',
		createdAt: readTime(fields, 'created_at'),
	};
}
