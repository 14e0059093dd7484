import type { ForgeComment, LineRemark, Login } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { UnreadableAnswerError } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { forgeError } from '../http/refusal.ts';
import { writeRemarks } from '../remarks.ts';
import { type GitLabApi, pageSize } from './gitlab-api.ts';
import { type GitLabMerge, readNote } from './merge-request.ts';
import { mergePath, needMerge } from './merge-requests.ts';
import { findUser } from './people.ts';

/** GitLab makes those that the project does not have. */
export async function changeLabels(
	api: GitLabApi,
	number: number,
	change: { readonly add_labels: readonly string[] } | { readonly remove_labels: readonly string[] },
	signal: AbortSignal,
): Promise<void> {
	const what = `label merge request ${number}`;
	const path = mergePath(api, number);
	await api.client.send({ method: 'PUT', path, body: change, what }, signal);
}

/** GitLab takes the whole list, by numbers; its free edition keeps only the first. */
export async function requestReviewers(
	api: GitLabApi,
	number: number,
	reviewers: readonly Login[],
	signal: AbortSignal,
): Promise<void> {
	const { pull, reviewers: asked } = await needMerge(api, number, signal);
	const wanted = [...new Set(reviewers)].filter((each) => each.toLowerCase() !== pull.author.toLowerCase());
	const unknown: string[] = [];
	const ids = new Set(asked);
	for (const login of wanted) {
		const user = await findUser(api, login, signal);
		if (user === undefined) unknown.push(login);
		else ids.add(user);
	}
	if (ids.size > asked.length) {
		const request = { path: mergePath(api, number), what: `ask for a review of merge request ${number}` };
		await api.client.send({ ...request, method: 'PUT', body: { reviewer_ids: [...ids] } }, signal);
	}
	if (unknown.length === 0) return;
	const message = `GitLab knows nobody to ask for a review by the name ${unknown.join(', ')}`;
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

export async function listNotes(
	api: GitLabApi,
	number: number,
	signal: AbortSignal,
): Promise<readonly ForgeComment[]> {
	const request = {
		method: 'GET',
		path: `${mergePath(api, number)}/notes`,
		query: { order_by: 'created_at', sort: 'asc', per_page: pageSize },
		what: 'list comments',
	} as const;
	const items = await readAll(api.client, request, signal);
	return understand(api.client, request, () => items.flatMap((item) => readNote(item) ?? []));
}

export async function writeNote(
	api: GitLabApi,
	number: number,
	body: string,
	signal: AbortSignal,
): Promise<ForgeComment> {
	const path = `${mergePath(api, number)}/notes`;
	const request = { method: 'POST', path, body: { body }, what: 'comment', creates: true } as const;
	return await api.client.ask(request, needNote, signal);
}

function needNote(value: unknown): ForgeComment {
	const note = readNote(value);
	// What GitLab takes for a command of its own it does not keep as a note.
	if (note === undefined) throw new UnreadableAnswerError('no note');
	return note;
}

export async function editNote(
	api: GitLabApi,
	{ number, id }: { readonly number: number; readonly id: string },
	body: string,
	signal: AbortSignal,
): Promise<void> {
	const path = `${mergePath(api, number)}${apiPath`/notes/${id}`}`;
	await api.client.send({ method: 'PUT', path, body: { body }, what: 'edit a comment' }, signal);
}

interface Review {
	readonly body: string;
	readonly remarks: readonly LineRemark[];
}

/** GitLab has no review of its own for this: each remark begins a thread, and a note says the rest. */
export async function writeReview(
	api: GitLabApi,
	number: number,
	review: Review,
	signal: AbortSignal,
): Promise<void> {
	const merge = review.remarks.length === 0 ? undefined : await needMerge(api, number, signal);
	const place = (remark: LineRemark) => placeRemark(api, merge, remark, signal);
	const comment = (body: string) => writeNote(api, number, body, signal);
	await writeRemarks({ place, comment }, review);
}

/** False where the diff does not show the line as one that changed. */
async function placeRemark(
	api: GitLabApi,
	merge: GitLabMerge | undefined,
	{ path, line, body }: LineRemark,
	signal: AbortSignal,
): Promise<boolean> {
	if (merge?.diff === undefined) return false;
	const { base, start, head } = merge.diff;
	const position = {
		position_type: 'text',
		base_sha: base,
		start_sha: start,
		head_sha: head,
		old_path: path,
		new_path: path,
		new_line: line,
	};
	const request = {
		method: 'POST',
		path: `${mergePath(api, merge.pull.number)}/discussions`,
		body: { body, position },
		what: 'remark on a line',
		creates: true,
		expected: [400, 422, 500],
	} as const;
	return (await api.client.send(request, signal)).status < 300;
}
