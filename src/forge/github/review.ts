import type { Forge, LineRemark } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { asFields, findText, readText } from '../http/fields.ts';
import { formatRemarks } from '../remarks.ts';
import type { GitHubApi, SendPage } from './api.ts';
import { asList } from './as-list.ts';
import { refuse } from './refuse.ts';

interface Review {
	readonly commit: CommitId;
	readonly body: string;
	readonly remarks: readonly LineRemark[];
}

export function createReviewer(api: GitHubApi): Forge['review'] {
	return async (number, review, signal) => {
		if (await place(api, number, review, signal)) return;
		// GitHub takes none of the remarks where one is on a line that the diff does not show.
		const shown = await listShownLines(api, number, signal);
		const isShown = ({ path, line }: LineRemark): boolean =>
			shown.some((each) => each.path === path && each.first <= line && line <= each.last);
		const left = review.remarks.filter((remark) => !isShown(remark));
		const remarks = review.remarks.filter(isShown);
		const body = formatRemarks(review.body, left);
		if (remarks.length > 0 && (await place(api, number, { ...review, body, remarks }, signal))) return;
		const whole = formatRemarks(review.body, review.remarks);
		await place(api, number, { ...review, body: whole, remarks: [] }, signal);
	};
}

/** False where remarks are not taken. */
async function place(
	api: GitHubApi,
	number: number,
	{ commit, body, remarks }: Review,
	signal: AbortSignal,
): Promise<boolean> {
	const asked = { what: 'review a pull request', creates: true, expected: [422] } as const;
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
				...parameters,
				pull_number: number,
				commit_id: commit,
				body,
				event: 'COMMENT',
				comments: remarks.map((remark) => ({ ...remark, side: 'RIGHT' })),
			}),
		signal,
	);
	if (answer.status !== 422) return true;
	if (remarks.length === 0) throw refuse(api, asked, { answer, retry: 'later' });
	return false;
}

/** Lines of files as the head has them. */
interface ShownLines {
	readonly path: string;
	readonly first: number;
	readonly last: number;
}

async function listShownLines(
	api: GitHubApi,
	number: number,
	signal: AbortSignal,
): Promise<readonly ShownLines[]> {
	const send: SendPage = (octokit, parameters) =>
		octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
			...parameters,
			pull_number: number,
		});
	const read = (body: unknown): readonly ShownLines[] => asList(body, 'files').flatMap(readShownLines);
	return await api.items({ what: 'list changed files' }, send, read, signal);
}

/** From the heads of the hunks: `@@ -1,3 +1,4 @@`. */
function readShownLines(value: unknown): readonly ShownLines[] {
	const file = asFields(value, 'file');
	const path = readText(file, 'filename');
	const heads = (findText(file, 'patch') ?? '').matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm);
	return [...heads].map(([, start = '0', count = '1']) => ({
		path,
		first: Number(start),
		last: Number(start) + Number(count) - 1,
	}));
}
