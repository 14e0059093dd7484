import type { Forge } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { basicAuth } from '../http/basic-auth.ts';
import { createForgeClient } from '../http/client.ts';
import type { ExchangeOptions } from '../http/exchange.ts';
import { rememberIdentity } from '../http/remembered-identity.ts';
import type { BitbucketApi } from './bitbucket-api.ts';
import { editComment, listComments, requestReviewers, writeComment, writeReview } from './conversation.ts';
import { mergePull } from './merging.ts';
import { readIdentity, readPermission } from './people.ts';
import { readProtection } from './protection.ts';
import {
	completePull,
	createPull,
	findByHead,
	findPull,
	listOpenPulls,
	needPull,
	updatePull,
} from './pulls.ts';
import { listChecks, setStatus } from './statuses.ts';

export interface BitbucketForgeOptions
	extends Omit<ExchangeOptions, 'kind' | 'place' | 'baseUrl' | 'authorize'> {
	/** Of the API: `https://api.bitbucket.org/2.0`. */
	readonly apiUrl: string;
	/** The repository's page. */
	readonly webUrl: string;
	readonly workspace: string;
	readonly name: string;
}

const noAutoMerge = { kind: 'unavailable', reason: 'Bitbucket has no auto-merge for its API' } as const;

/**
 * A repository at Bitbucket Cloud, by its REST API 2.0. It has no labels, and a pull request that was declined stays so.
 * A token is sent as Bearer, `name:token` as Basic.
 */
export function createBitbucketForge(options: BitbucketForgeOptions): Forge {
	const { apiUrl, webUrl, workspace, name, ...exchange } = options;
	const client = createForgeClient({
		...exchange,
		kind: 'Bitbucket',
		place: webUrl,
		baseUrl: apiUrl,
		authorize,
	});
	const repository = apiPath`/repositories/${workspace}/${name}`;
	const { clock } = options;
	const api: BitbucketApi = { client, clock, workspace, name, repository, page: webUrl, commits: new Map() };
	const identity = rememberIdentity(api.client.tokensSeen, (signal) => readIdentity(api, signal));
	return {
		kind: 'Bitbucket',
		url: webUrl,
		identity,
		findByHead: (head, signal) => findByHead(api, head, signal),
		listOpen: (signal) => listOpenPulls(api, signal),
		async read(number, signal) {
			const found = await findPull(api, number, signal);
			return found && (await completePull(api, found, signal));
		},
		create: (pull, signal) => createPull(api, pull, signal),
		update: (number, edit, signal) => updatePull(api, number, edit, signal),
		addLabels: async () => undefined,
		removeLabel: async () => undefined,
		requestReviewers: (number, reviewers, signal) => requestReviewers(api, number, reviewers, signal),
		comments: (number, signal) => listComments(api, number, signal),
		comment: (number, body, signal) => writeComment(api, number, body, signal),
		editComment: (number, id, body, signal) => editComment(api, { number, id }, body, signal),
		review: (number, review, signal) => writeReview(api, number, review, signal),
		setStatus: (commit, status, signal) => setStatus(api, commit, status, signal),
		checks: (commit, signal) => listChecks(api, commit, signal),
		merge: (number, head, signal) => mergePull(api, number, head, signal),
		enableAutoMerge: async () => noAutoMerge,
		disableAutoMerge: async () => undefined,
		async closure(number, signal) {
			const { closedBy: by } = await needPull(api, number, signal);
			return { byBranch: false, ...(by === undefined ? {} : { by }) };
		},
		permission: async (login, signal) => readPermission(api, login, await identity(signal), signal),
		protection: async (branch, signal) => readProtection(api, branch, await identity(signal), signal),
	};
}

/** App passwords and API tokens come with a name, access tokens do without. */
function authorize(token: string): string {
	const [, name, secret] = /^([^:]+):(.+)$/.exec(token) ?? [];
	return name === undefined || secret === undefined ? `Bearer ${token}` : basicAuth(name, secret);
}
