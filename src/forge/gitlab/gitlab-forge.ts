import type { Forge } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { createForgeClient } from '../http/client.ts';
import type { ExchangeOptions } from '../http/exchange.ts';
import { rememberIdentity } from '../http/remembered-identity.ts';
import { readClosure } from './closure.ts';
import {
	changeLabels,
	editNote,
	listNotes,
	requestReviewers,
	writeNote,
	writeReview,
} from './conversation.ts';
import type { GitLabApi } from './gitlab-api.ts';
import { createMerge, findMerge, listMerges, updateMerge } from './merge-requests.ts';
import { disableAutoMerge, enableAutoMerge, mergeRequest } from './merging.ts';
import { readIdentity, readPermission, readProtection } from './people.ts';
import { listChecks, setStatus } from './statuses.ts';

export interface GitLabForgeOptions extends Omit<ExchangeOptions, 'kind' | 'place' | 'baseUrl'> {
	/** Of the API: `https://gitlab.com/api/v4`. */
	readonly apiUrl: string;
	/** The project's page. */
	readonly webUrl: string;
	/** With its groups: `acme/platform/config`. */
	readonly projectPath: string;
}

/** A project at GitLab, by the REST API. Its merge requests are pull requests. */
export function createGitLabForge(options: GitLabForgeOptions): Forge {
	const { apiUrl, webUrl, projectPath, ...exchange } = options;
	const client = createForgeClient({ ...exchange, kind: 'GitLab', place: webUrl, baseUrl: apiUrl });
	const api: GitLabApi = { client, clock: options.clock, project: apiPath`/projects/${projectPath}` };
	return {
		kind: 'GitLab',
		url: webUrl,
		identity: rememberIdentity(api.client.tokensSeen, (signal) => readIdentity(api, signal)),
		async findByHead(head, signal) {
			const found = await listMerges(api, { source_branch: head, state: 'all' }, signal);
			return found.filter((pull) => pull.head === head && !pull.isForeign);
		},
		listOpen: (signal) => listMerges(api, { state: 'opened' }, signal),
		read: async (number, signal) => (await findMerge(api, number, signal))?.pull,
		create: (pull, signal) => createMerge(api, pull, signal),
		update: (number, edit, signal) => updateMerge(api, number, edit, signal),
		async addLabels(number, labels, signal) {
			if (labels.length > 0) await changeLabels(api, number, { add_labels: labels }, signal);
		},
		removeLabel: (number, label, signal) => changeLabels(api, number, { remove_labels: [label] }, signal),
		requestReviewers: (number, reviewers, signal) => requestReviewers(api, number, reviewers, signal),
		comments: (number, signal) => listNotes(api, number, signal),
		comment: (number, body, signal) => writeNote(api, number, body, signal),
		editComment: (number, id, body, signal) => editNote(api, { number, id }, body, signal),
		review: (number, review, signal) => writeReview(api, number, review, signal),
		setStatus: (commit, status, signal) => setStatus(api, commit, status, signal),
		checks: (commit, signal) => listChecks(api, commit, signal),
		merge: (number, head, signal) => mergeRequest(api, number, head, signal),
		enableAutoMerge: (number, head, signal) => enableAutoMerge(api, number, head, signal),
		closure: (number, signal) => readClosure(api, number, signal),
		disableAutoMerge: (number, signal) => disableAutoMerge(api, number, signal),
		permission: (login, signal) => readPermission(api, login, signal),
		protection: (branch, signal) => readProtection(api, branch, signal),
	};
}
