import type { Clock } from '../../model/ports/clock.ts';
import type { ForgeError } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { type ForgeClient, understand } from '../http/client.ts';
import {
	asFields,
	type Fields,
	findCommit,
	findText,
	readList,
	UnreadableAnswerError,
} from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';

/** One repository at Bitbucket Cloud. */
export interface BitbucketApi {
	readonly client: ForgeClient;
	readonly clock: Clock;
	readonly workspace: string;
	readonly name: string;
	/** `/repositories/workspace/name`, encoded. */
	readonly repository: string;
	/** The repository's page. */
	readonly page: string;
	/** Whole ids of commits by those that Bitbucket cuts. */
	readonly commits: Map<string, CommitId>;
}

/** The most on one page: https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination */
const pageSize = 50;

/** A list that never ends is an answer that cannot be understood. */
const maxPages = 2_000;

/** So many commits are remembered. */
const maxCommits = 10_000;

/** What has to change before the call may be made again. */
export function refuseForGood({ client }: BitbucketApi, message: string): ForgeError {
	return forgeError(client, 'E_FORGE_REFUSED', { message, retry: 'never' });
}

interface ListRequest {
	readonly path: string;
	readonly query?: Readonly<Record<string, string | readonly string[]>>;
	readonly what: string;
}

/** The values of a list, page by page: of the next page's URL only the query is taken, as it may name any host. */
export async function readValues(
	{ client }: BitbucketApi,
	{ query = {}, ...asked }: ListRequest,
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	const found: Fields[] = [];
	let wanted: Readonly<Record<string, string | readonly string[]>> = { ...query, pagelen: String(pageSize) };
	for (let page = 0; page < maxPages; page += 1) {
		const request = { ...asked, method: 'GET', query: wanted } as const;
		const { values, next } = await client.ask(request, readPage, signal);
		found.push(...values);
		if (next === undefined) return found;
		wanted = next;
	}
	const message = `${client.kind}, asked to ${asked.what}, gives more than ${maxPages} pages`;
	throw forgeError(client, 'E_FORGE_ANSWER', { message, retry: 'later' });
}

function readPage(body: unknown): {
	readonly values: readonly Fields[];
	readonly next: Readonly<Record<string, readonly string[]>> | undefined;
} {
	const page = asFields(body, 'page');
	if (!Array.isArray(page['values'])) throw new UnreadableAnswerError('no list values');
	const values = readList(page, 'values').map((value) => asFields(value, 'value'));
	const next = findText(page, 'next');
	if (next === undefined) return { values, next };
	if (!URL.canParse(next)) throw new UnreadableAnswerError('no URL next');
	const { searchParams } = new URL(next);
	return {
		values,
		next: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
	};
}

/** Throws E_FORGE_REPOSITORY where the repository is gone or hidden. */
export async function readRepository(
	{ client, repository }: BitbucketApi,
	signal: AbortSignal,
): Promise<Fields> {
	const request = { method: 'GET', path: repository, what: 'read the repository' } as const;
	return await client.ask(request, (body) => asFields(body, 'repository'), signal);
}

/** The whole id of a commit of which Bitbucket tells the beginning; `undefined` where it has forgotten it. */
export async function findWholeCommit(
	{ client, repository, commits }: BitbucketApi,
	short: string | undefined,
	signal: AbortSignal,
): Promise<CommitId | undefined> {
	if (short === undefined) return undefined;
	const known = commits.get(short) ?? findCommit({ short }, 'short');
	if (known !== undefined) return known;
	const path = `${repository}${apiPath`/commit/${short}`}`;
	const request = { method: 'GET', path, what: 'read a commit', expected: [404] } as const;
	const { status, body } = await client.send(request, signal);
	if (status === 404) return undefined;
	const whole = understand(client, request, () => findCommit(asFields(body, 'commit'), 'hash'));
	if (whole === undefined || !whole.startsWith(short)) return undefined;
	if (commits.size >= maxCommits) commits.clear();
	commits.set(short, whole);
	return whole;
}
