import type { Creation, NewPullRequest, PullRequest, PullRequestEdit } from '../../model/ports/forge.ts';
import type { Milliseconds } from '../../model/time.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { readAll } from '../http/pages.ts';
import { forgeError } from '../http/refusal.ts';
import { type GiteaApi, pageSize, refuseForGood } from './gitea-api.ts';
import { formatDraftTitle, type GiteaPull, parsePull } from './parse-pull.ts';

/** While a merge is tried out, one reads as not mergeable that is: that takes less than this, as a rule. */
const trial: Milliseconds = 1_000;

export async function findPull(
	{ client, repository }: GiteaApi,
	number: number,
	signal: AbortSignal,
): Promise<GiteaPull | undefined> {
	const what = `read pull request ${number}`;
	const path = `${repository}${apiPath`/pulls/${number}`}`;
	const request = { method: 'GET', path, what, expected: [404] } as const;
	const { status, body } = await client.send(request, signal);
	return status === 404 ? undefined : understand(client, request, () => parsePull(body));
}

/** A pull request of which more is asked than that it exists. */
export async function needPull(api: GiteaApi, number: number, signal: AbortSignal): Promise<GiteaPull> {
	const found = await findPull(api, number, signal);
	if (found === undefined) throw refuseForGood(api, `there is no pull request ${number}`);
	return found;
}

/** Tells a conflict, by a second look, from a merge that is still tried out. */
export async function readPull(
	api: GiteaApi,
	number: number,
	signal: AbortSignal,
): Promise<PullRequest | undefined> {
	const found = await findPull(api, number, signal);
	if (found === undefined || isSettled(found)) return found?.pull;
	await api.clock.sleep(trial, signal);
	const again = await findPull(api, number, signal);
	if (again === undefined || isSettled(again)) return again?.pull;
	return { ...again.pull, mergeable: 'conflict' };
}

function isSettled({ pull, isMergeable }: GiteaPull): boolean {
	return isMergeable || pull.isDraft || pull.state !== 'open';
}

export async function listOpenPulls(
	{ client, repository }: GiteaApi,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const query = { state: 'open', limit: pageSize };
	const request = { method: 'GET', path: `${repository}/pulls`, query, what: 'list pull requests' } as const;
	const items = await readAll(client, request, signal);
	const pulls = understand(client, request, () => items.map((item) => parsePull(item).pull));
	return newestFirst(pulls);
}

/** Without those that moved to the next page while it was read. */
export function newestFirst(pulls: readonly PullRequest[]): readonly PullRequest[] {
	const byNumber = new Map(pulls.map((pull) => [pull.number, pull]));
	return [...byNumber.values()].sort((a, b) => b.number - a.number);
}

export async function createPull(
	{ client, repository }: GiteaApi,
	{ isDraft, title, ...pull }: NewPullRequest,
	signal: AbortSignal,
): Promise<Creation> {
	const request = {
		method: 'POST',
		path: `${repository}/pulls`,
		body: { ...pull, title: isDraft ? formatDraftTitle(title) : title },
		what: `open a pull request from ${pull.head}`,
		creates: true,
		expected: [404, 409],
	} as const;
	const { status, body } = await client.send(request, signal);
	if (status === 409) return { kind: 'exists' };
	if (status === 404) {
		// Of a push of a moment ago, not every part of a forge knows yet.
		const message = `${client.kind} knows no branch ${pull.head} or ${pull.base}, or shows no repository`;
		throw forgeError(client, 'E_FORGE_REFUSED', { message, retry: 'soon' });
	}
	return { kind: 'created', pull: understand(client, request, () => parsePull(body).pull) };
}

export async function updatePull(
	api: GiteaApi,
	number: number,
	edit: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest> {
	const { title, state } = edit;
	const before = title === undefined ? undefined : await needPull(api, number, signal);
	const written =
		title !== undefined && before?.pull.isDraft === true ? { ...edit, title: formatDraftTitle(title) } : edit;
	const after = await patchPull(api, number, written, signal);
	if (after !== 'merged') return after;
	if (state === 'open') throw refuseForGood(api, `pull request ${number} is merged`);
	const { state: _, ...rest } = written;
	const again = Object.keys(rest).length === 0 ? 'merged' : await patchPull(api, number, rest, signal);
	return again === 'merged' ? (await needPull(api, number, signal)).pull : again;
}

/** `merged`: nothing was changed, since it was to be opened or closed. */
async function patchPull(
	api: GiteaApi,
	number: number,
	edit: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest | 'merged'> {
	const { client, repository } = api;
	const request = {
		method: 'PATCH',
		path: `${repository}${apiPath`/pulls/${number}`}`,
		body: edit,
		what: `edit pull request ${number}`,
		expected: [404, 412],
	} as const;
	const { status, body } = await client.send(request, signal);
	if (status === 412) return 'merged';
	if (status === 404) throw refuseForGood(api, `there is no pull request ${number}`);
	return understand(client, request, () => parsePull(body).pull);
}
