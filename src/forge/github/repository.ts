import { asFields, type Fields } from '../http/fields.ts';
import type { GitHubApi } from './api.ts';

/** The repository as GitHub tells of it. Throws E_FORGE_REPOSITORY where it is gone or hidden. */
export async function readRepository(api: GitHubApi, signal: AbortSignal): Promise<Fields> {
	return await api.ask(
		{ what: 'read the repository' },
		(octokit, parameters) => octokit.request('GET /repos/{owner}/{repo}', { ...parameters }),
		(body) => asFields(body, 'repository'),
		signal,
	);
}
