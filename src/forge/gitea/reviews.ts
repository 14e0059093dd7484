import type { LineRemark } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, findText, readNumber } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { formatRemarks } from '../remarks.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';

interface Review {
	readonly commit: CommitId;
	readonly body: string;
	readonly remarks: readonly LineRemark[];
}

/** A line that the file does not have makes Gitea fail half-way: what it has kept is taken back, and all goes in the body. */
export async function writeReview(
	api: GiteaApi,
	number: number,
	review: Review,
	signal: AbortSignal,
): Promise<void> {
	const { client, repository } = api;
	const { commit, body, remarks } = review;
	const comments = remarks.map(({ path, line, body: text }) => ({ path, new_position: line, body: text }));
	const place = `${repository}${apiPath`/pulls/${number}/reviews`}`;
	const what = `review pull request ${number}`;
	const request = { method: 'POST', path: place, what, creates: true } as const;
	const content = { event: 'COMMENT', body, commit_id: commit };
	if (comments.length > 0) {
		const expected = [404, 422, 500];
		const { status } = await client.send({ ...request, body: { ...content, comments }, expected }, signal);
		if (status < 300) return;
		await dropPending(api, place, signal);
	}
	await client.send({ ...request, body: { ...content, body: formatRemarks(body, remarks) } }, signal);
}

/** A review that was begun would be sent along with the next one. */
async function dropPending({ client }: GiteaApi, place: string, signal: AbortSignal): Promise<void> {
	const query = { limit: pageSize };
	const request = { method: 'GET', path: place, query, what: 'read reviews' } as const;
	const items = await readAll(client, request, signal);
	const reviews = understand(client, request, () => items.map((item) => asFields(item, 'review')));
	for (const review of reviews.filter((each) => findText(each, 'state') === 'PENDING')) {
		const path = `${place}${apiPath`/${understand(client, request, () => readNumber(review, 'id'))}`}`;
		await client.send({ method: 'DELETE', path, what: 'take back a review', expected: [404] }, signal);
	}
}
