import type { Closure } from '../../model/ports/forge.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, findFields, findText, readTime, UnreadableAnswerError } from '../http/fields.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';
import { needPull } from './pulls.ts';

/** Gitea notes that a branch was deleted just after it has closed what came from it. Its times are whole seconds. */
const nearness: Milliseconds = 1_000;

/** The note of a closing may be a little older than the closing itself. */
const leeway: Milliseconds = 5_000;

interface Entry {
	readonly type: string;
	readonly at: Instant;
	readonly by: string | undefined;
}

/** From what the timeline says since it was closed. */
export async function readClosure(api: GiteaApi, number: number, signal: AbortSignal): Promise<Closure> {
	const { closedAt } = (await needPull(api, number, signal)).pull;
	if (closedAt === undefined) return { byBranch: false };
	const entries = await readTimeline(api, number, closedAt - leeway, signal);
	const closing = entries.findLast(({ type }) => type === 'close');
	if (closing === undefined) return { byBranch: false };
	const byBranch = entries.some(
		({ type, at }) => type === 'delete_branch' && Math.abs(at - closing.at) <= nearness,
	);
	return closing.by === undefined ? { byBranch } : { byBranch, by: closing.by };
}

/** Its pages say nothing of the next one: the first that is not full is taken for the last. */
async function readTimeline(
	{ client, repository }: GiteaApi,
	number: number,
	since: Instant,
	signal: AbortSignal,
): Promise<readonly Entry[]> {
	const path = `${repository}${apiPath`/issues/${number}/timeline`}`;
	const query = { since: new Date(since).toISOString(), limit: pageSize };
	const entries: Entry[] = [];
	for (let page = 1; ; page += 1) {
		const request = {
			method: 'GET',
			path,
			query: { ...query, page },
			what: 'read how it was closed',
		} as const;
		const { body } = await client.send(request, signal);
		const items = understand(client, request, () => parseTimeline(body));
		entries.push(...items);
		if (items.length < pageSize) return entries;
	}
}

/** Gitea writes null for an empty one. */
function parseTimeline(body: unknown): readonly Entry[] {
	if (body === null) return [];
	if (!Array.isArray(body)) throw new UnreadableAnswerError('no list');
	return body.map((item) => {
		const fields = asFields(item, 'entry');
		const by = findText(findFields(fields['user']), 'login');
		return { type: findText(fields, 'type') ?? '', at: readTime(fields, 'created_at'), by };
	});
}
