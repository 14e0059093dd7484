import type { Closure } from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { asFields, findFields, findText, findTime, readTime } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { type GitLabApi, pageSize } from './gitlab-api.ts';
import { mergePath } from './merge-requests.ts';

/** GitLab closes and notes what it closes for the want of its branch within this, in milliseconds. */
const nearness = 2_000;

/** From the merge request, and from GitLab's own notes: one tells of a branch that was deleted. */
export async function readClosure(api: GitLabApi, number: number, signal: AbortSignal): Promise<Closure> {
	const path = mergePath(api, number);
	const request = { method: 'GET', path, what: `read merge request ${number}` } as const;
	const merge = await api.client.ask(request, (body) => asFields(body, 'merge request'), signal);
	const by = findText(findFields(merge['closed_by']), 'username');
	const closedAt = findTime(merge, 'closed_at');
	const deletedAt = await findDeletion(api, path, signal);
	const byBranch =
		closedAt !== undefined && deletedAt !== undefined && Math.abs(deletedAt - closedAt) <= nearness;
	return { byBranch, ...(by === undefined ? {} : { by }) };
}

async function findDeletion(api: GitLabApi, path: string, signal: AbortSignal): Promise<number | undefined> {
	const request = {
		method: 'GET',
		path: `${path}/notes`,
		query: { order_by: 'created_at', sort: 'asc', per_page: pageSize },
		what: 'read how it was closed',
	} as const;
	const items = await readAll(api.client, request, signal);
	return understand(api.client, request, () => {
		const notes = items.map((item) => asFields(item, 'note'));
		const told = notes.findLast(
			(note) => note['system'] === true && /^deleted source branch/.test(findText(note, 'body') ?? ''),
		);
		return told === undefined ? undefined : readTime(told, 'created_at');
	});
}
