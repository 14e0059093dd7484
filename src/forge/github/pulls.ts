import type {
	Creation,
	Forge,
	NewPullRequest,
	PullRequest,
	PullRequestEdit,
} from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { findFields, findText, readList } from '../http/fields.ts';
import { readWords } from '../http/said.ts';
import type { GitHubAnswer, GitHubApi, SendPage } from './api.ts';
import { asList } from './as-list.ts';
import { readPull } from './pull-request.ts';
import { refuse } from './refuse.ts';
import { readRepository } from './repository.ts';

type Pulls = Pick<Forge, 'findByHead' | 'listOpen' | 'read' | 'create' | 'update'>;

export function createPulls(api: GitHubApi): Pulls {
	return {
		async findByHead(head, signal) {
			const { owner } = api.repository;
			const send: SendPage = (octokit, parameters) =>
				octokit.request('GET /repos/{owner}/{repo}/pulls', {
					...parameters,
					head: `${owner}:${head}`,
					state: 'all',
					sort: 'created',
					direction: 'desc',
				});
			const found = await list(api, 'list the pull requests of a branch', send, signal);
			return found.filter((pull) => pull.head === head && !pull.isForeign);
		},
		async listOpen(signal) {
			const send: SendPage = (octokit, parameters) =>
				octokit.request('GET /repos/{owner}/{repo}/pulls', {
					...parameters,
					state: 'open',
					sort: 'created',
					direction: 'desc',
				});
			return await list(api, 'list open pull requests', send, signal);
		},
		read: (number, signal) => readByNumber(api, number, signal),
		create: (pull, signal) => create(api, pull, signal),
		update: (number, edit, signal) => update(api, number, edit, signal),
	};
}

/** While pages are read, one that is opened pushes another over to the next page. */
async function list(
	api: GitHubApi,
	what: string,
	send: SendPage,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const items = await api.items(
		{ what },
		send,
		(body) => asList(body, 'pull requests').map(readPull),
		signal,
	);
	return [...new Map(items.map((pull) => [pull.number, pull])).values()];
}

export async function readByNumber(
	api: GitHubApi,
	number: number,
	signal: AbortSignal,
): Promise<PullRequest | undefined> {
	const asked = { what: 'read a pull request', expected: [404] };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
				...parameters,
				pull_number: number,
			}),
		signal,
	);
	if (answer.status !== 404) return understand(api, asked, () => readPull(answer.body));
	// Of a repository that is gone or hidden nothing is found either.
	await readRepository(api, signal);
	return undefined;
}

async function create(
	api: GitHubApi,
	{ title, body, head, base, isDraft }: NewPullRequest,
	signal: AbortSignal,
): Promise<Creation> {
	const asked = { what: 'open a pull request', creates: true, expected: [422] } as const;
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('POST /repos/{owner}/{repo}/pulls', {
				...parameters,
				title,
				body,
				head,
				base,
				draft: isDraft,
			}),
		signal,
	);
	if (answer.status !== 422)
		return { kind: 'created', pull: understand(api, asked, () => readPull(answer.body)) };
	if (/already exists/i.test(readWords(answer.text))) return { kind: 'exists' };
	// Just after a push, not every server of GitHub's knows the branch.
	throw refuse(api, asked, { answer, retry: namesHead(answer) ? 'soon' : 'later' });
}

function namesHead({ body }: GitHubAnswer): boolean {
	const errors: readonly unknown[] = readList(findFields(body) ?? {}, 'errors');
	return errors.some((each) => {
		const error = findFields(each);
		return findText(error, 'field') === 'head' && findText(error, 'code') === 'invalid';
	});
}

async function update(
	api: GitHubApi,
	number: number,
	edit: PullRequestEdit,
	signal: AbortSignal,
): Promise<PullRequest> {
	const asked = { what: 'change a pull request', expected: [404, 422] };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
				...parameters,
				pull_number: number,
				...edit,
			}),
		signal,
	);
	if (answer.status < 300) return understand(api, asked, () => readPull(answer.body));
	if (answer.status === 404) await readRepository(api, signal);
	throw refuse(api, asked, { answer, retry: 'never' });
}
