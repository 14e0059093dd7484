import type { Forge } from '../../model/ports/forge.ts';
import type { ExchangeOptions } from '../http/exchange.ts';
import { createGitHubApi } from './api.ts';
import { createAutoMerge } from './auto-merge.ts';
import { createChecks } from './checks.ts';
import { readClosure } from './closure.ts';
import { createConversation } from './conversation.ts';
import { createMerger } from './merging.ts';
import { createIdentity, readPermission } from './permissions.ts';
import { readProtection } from './protection.ts';
import { createPulls } from './pulls.ts';
import { createReviewer } from './review.ts';

export interface GitHubForgeOptions extends Omit<ExchangeOptions, 'kind' | 'place' | 'baseUrl'> {
	/** Of the REST API: `https://api.github.com`, `https://github.example.com/api/v3`. */
	readonly apiUrl: string;
	/** The repository's page. */
	readonly webUrl: string;
	readonly owner: string;
	readonly name: string;
}

/** A repository at GitHub or GitHub Enterprise. */
export function createGitHubForge(options: GitHubForgeOptions): Forge {
	const { apiUrl, webUrl, owner, name, ...exchange } = options;
	const repository = { owner, repo: name };
	const api = createGitHubApi({ ...exchange, kind: 'GitHub', place: webUrl, baseUrl: apiUrl }, repository);
	return {
		kind: 'GitHub',
		url: webUrl,
		identity: createIdentity(api),
		...createPulls(api),
		...createConversation(api),
		review: createReviewer(api),
		...createChecks(api),
		merge: createMerger(api),
		...createAutoMerge(api),
		closure: (number, signal) => readClosure(api, number, signal),
		permission: (login, signal) => readPermission(api, login, signal),
		protection: (branch, signal) => readProtection(api, branch, signal),
	};
}
