import type { Forge } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { createForgeClient } from '../http/client.ts';
import type { ExchangeOptions } from '../http/exchange.ts';
import { rememberIdentity } from '../http/remembered-identity.ts';
import { readClosure } from './closure.ts';
import { editComment, listComments, writeComment } from './comments.ts';
import type { GiteaApi } from './gitea-api.ts';
import { addLabels, removeLabel } from './labels.ts';
import { disableAutoMerge, enableAutoMerge, mergePull } from './merging.ts';
import { readIdentity, readPermission, readProtection } from './permissions.ts';
import { createPullIndex } from './pull-index.ts';
import { createPull, listOpenPulls, readPull, updatePull } from './pulls.ts';
import { requestReviewers } from './reviewers.ts';
import { writeReview } from './reviews.ts';
import { listChecks, setStatus } from './statuses.ts';

export interface GiteaForgeOptions extends Omit<ExchangeOptions, 'kind' | 'place' | 'baseUrl'> {
	/** Of the API: `https://git.example.com/api/v1`. */
	readonly apiUrl: string;
	/** The repository's page. */
	readonly webUrl: string;
	readonly owner: string;
	readonly name: string;
}

/** A repository at a Gitea or a Forgejo, by the REST API that both have. Tried with Gitea 1.26. */
export function createGiteaForge(options: GiteaForgeOptions): Forge {
	const { apiUrl, webUrl, owner, name, ...exchange } = options;
	const client = createForgeClient({ ...exchange, kind: 'Gitea', place: webUrl, baseUrl: apiUrl });
	const repository = apiPath`/repos/${owner}/${name}`;
	const api: GiteaApi = { client, clock: options.clock, repository };
	return {
		kind: 'Gitea',
		url: webUrl,
		identity: rememberIdentity(api.client.tokensSeen, (signal) => readIdentity(api, signal)),
		findByHead: createPullIndex(api),
		listOpen: (signal) => listOpenPulls(api, signal),
		read: (number, signal) => readPull(api, number, signal),
		create: (pull, signal) => createPull(api, pull, signal),
		update: (number, edit, signal) => updatePull(api, number, edit, signal),
		addLabels: (number, labels, signal) => addLabels(api, number, labels, signal),
		removeLabel: (number, label, signal) => removeLabel(api, number, label, signal),
		requestReviewers: (number, reviewers, signal) => requestReviewers(api, number, reviewers, signal),
		comments: (number, signal) => listComments(api, number, signal),
		comment: (number, body, signal) => writeComment(api, number, body, signal),
		editComment: (_, id, body, signal) => editComment(api, id, body, signal),
		review: (number, review, signal) => writeReview(api, number, review, signal),
		setStatus: (commit, status, signal) => setStatus(api, commit, status, signal),
		checks: (commit, signal) => listChecks(api, commit, signal),
		merge: (number, head, signal) => mergePull(api, number, head, signal),
		enableAutoMerge: (number, head, signal) => enableAutoMerge(api, number, head, signal),
		closure: (number, signal) => readClosure(api, number, signal),
		disableAutoMerge: (number, signal) => disableAutoMerge(api, number, signal),
		permission: (login, signal) => readPermission(api, login, signal),
		protection: (branch, signal) => readProtection(api, branch, signal),
	};
}
