import type { Login } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { forgeError } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import type { GiteaApi } from './gitea-api.ts';
import { needPull } from './pulls.ts';

const teamPrefix = 'team:';

/** Asks each for itself where Gitea will not have all at once: one unknown name is no reason to ask nobody. */
export async function requestReviewers(
	api: GiteaApi,
	number: number,
	reviewers: readonly Login[],
	signal: AbortSignal,
): Promise<void> {
	const { pull, reviewers: asked } = await needPull(api, number, signal);
	const isNew = (login: Login): boolean => login !== pull.author && !asked.includes(login);
	const wanted = [...new Set(reviewers)].filter(isNew);
	if (wanted.length === 0 || (await ask(api, number, wanted, signal)) === undefined) return;
	const refusals: string[] = [];
	for (const reviewer of wanted) {
		const refusal = await ask(api, number, [reviewer], signal);
		if (refusal !== undefined) refusals.push(refusal);
	}
	if (refusals.length === 0) return;
	const message = `${api.client.kind} will not ask for a review: ${refusals.join('; ')}`;
	throw forgeError(api.client, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

/** Why it came to nothing; `undefined`: it did not. */
async function ask(
	{ client, repository }: GiteaApi,
	number: number,
	reviewers: readonly Login[],
	signal: AbortSignal,
): Promise<string | undefined> {
	const teams = reviewers.filter((each) => each.startsWith(teamPrefix));
	const body = {
		reviewers: reviewers.filter((each) => !each.startsWith(teamPrefix)),
		team_reviewers: teams.map((each) => each.slice(teamPrefix.length)),
	};
	const path = `${repository}${apiPath`/pulls/${number}/requested_reviewers`}`;
	const what = `ask for a review of pull request ${number}`;
	const request = { method: 'POST', path, body, what, expected: [404, 422] } as const;
	const { status, text } = await client.send(request, signal);
	return status < 300 ? undefined : readWords(text) || `it answers ${status}`;
}
