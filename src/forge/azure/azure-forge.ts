import type { Forge } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { basicAuth } from '../http/basic-auth.ts';
import { createForgeClient } from '../http/client.ts';
import type { ExchangeOptions } from '../http/exchange.ts';
import { rememberIdentity } from '../http/remembered-identity.ts';
import type { AzureApi } from './azure-api.ts';
import {
	addLabels,
	editComment,
	listComments,
	removeLabel,
	requestReviewers,
	writeComment,
	writeReview,
} from './conversation.ts';
import { disableAutoMerge, enableAutoMerge, mergePull } from './merging.ts';
import { readIdentity, readPermission } from './people.ts';
import { readProtection } from './policies.ts';
import { createFindByHead, createPull, listOpenPulls, needPull, readWhole, updatePull } from './pulls.ts';
import { refuseSignIn } from './sign-in.ts';
import { listChecks, setStatus } from './statuses.ts';

export interface AzureForgeOptions extends Omit<ExchangeOptions, 'kind' | 'place' | 'baseUrl' | 'authorize'> {
	/** `https://dev.azure.com` */
	readonly serviceUrl: string;
	/** Of the service that knows people: `https://vssps.dev.azure.com` */
	readonly peopleUrl: string;
	/** The repository's page. */
	readonly webUrl: string;
	readonly organization: string;
	readonly project: string;
	readonly name: string;
}

/**
 * A repository at Azure DevOps Services, by its REST API 7.1. People are known by their ids there. A token is sent as
 * Basic, as personal access tokens are; one of Microsoft Entra as Bearer.
 */
export function createAzureForge(options: AzureForgeOptions): Forge {
	const { serviceUrl, peopleUrl, webUrl, organization, project, name, ...exchange } = options;
	const shared = {
		...exchange,
		fetch: refuseSignIn(options.fetch),
		kind: 'AzureDevOps',
		place: webUrl,
		authorize,
	} as const;
	const api: AzureApi = {
		client: createForgeClient({ ...shared, baseUrl: serviceUrl }),
		people: createForgeClient({ ...shared, baseUrl: peopleUrl }),
		clock: options.clock,
		organization: apiPath`/${organization}`,
		project: apiPath`/${organization}/${project}/_apis`,
		repository: apiPath`/${organization}/${project}/_apis/git/repositories/${name}`,
		page: webUrl,
		heads: new Map(),
	};
	const identity = rememberIdentity(api.client.tokensSeen, (signal) => readIdentity(api, signal));
	return {
		kind: 'AzureDevOps',
		url: webUrl,
		identity,
		findByHead: createFindByHead(api),
		listOpen: (signal) => listOpenPulls(api, signal),
		read: (number, signal) => readWhole(api, number, signal),
		create: (pull, signal) => createPull(api, pull, signal),
		update: (number, edit, signal) => updatePull(api, number, edit, signal),
		addLabels: (number, labels, signal) => addLabels(api, number, labels, signal),
		removeLabel: (number, label, signal) => removeLabel(api, number, label, signal),
		requestReviewers: (number, reviewers, signal) => requestReviewers(api, number, reviewers, signal),
		comments: (number, signal) => listComments(api, number, signal),
		comment: (number, body, signal) => writeComment(api, number, body, signal),
		editComment: (number, id, body, signal) => editComment(api, { number, id }, body, signal),
		review: (number, review, signal) => writeReview(api, number, review, signal),
		setStatus: (commit, status, signal) => setStatus(api, commit, status, signal),
		checks: (commit, signal) => listChecks(api, commit, signal),
		merge: (number, head, signal) => mergePull(api, number, head, signal),
		async enableAutoMerge(number, head, signal) {
			const { login: self } = await identity(signal);
			return await enableAutoMerge(api, number, head, { self, signal });
		},
		disableAutoMerge: (number, signal) => disableAutoMerge(api, number, signal),
		async closure(number, signal) {
			const { closedBy: by } = await needPull(api, number, signal);
			return { byBranch: false, ...(by === undefined ? {} : { by }) };
		},
		permission: (login, signal) => readPermission(api, login, signal),
		protection: (branch, signal) => readProtection(api, branch, signal),
	};
}

/** Tokens of Entra are JSON Web Tokens, personal ones are not. */
function authorize(token: string): string {
	const isEntra = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
	return isEntra ? `Bearer ${token}` : basicAuth('', token);
}
