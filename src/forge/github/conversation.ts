import type { Forge, ForgeComment, Login } from '../../model/ports/forge.ts';
import { forgeError } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import type { GitHubApi, SendPage } from './api.ts';
import { asList } from './as-list.ts';
import { readComment } from './pull-request.ts';
import { readByNumber } from './pulls.ts';

type Conversation = Pick<
	Forge,
	'addLabels' | 'removeLabel' | 'requestReviewers' | 'comments' | 'comment' | 'editComment'
>;

/** To GitHub a pull request is an issue, as far as people talk about it. */
export function createConversation(api: GitHubApi): Conversation {
	return {
		async addLabels(number, labels, signal) {
			if (labels.length === 0) return;
			await api.call(
				{ what: 'label a pull request' },
				(octokit, parameters) =>
					octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
						...parameters,
						issue_number: number,
						labels: [...labels],
					}),
				signal,
			);
		},
		removeLabel: (number, label, signal) => removeLabel(api, { number, label }, signal),
		requestReviewers: (number, reviewers, signal) => requestReviewers(api, { number, reviewers }, signal),
		async comments(number, signal) {
			const send: SendPage = (octokit, parameters) =>
				octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
					...parameters,
					issue_number: number,
				});
			const asked = { what: 'list comments' };
			return await api.items(asked, send, (body) => asList(body, 'comments').map(readComment), signal);
		},
		comment: (number, body, signal) => comment(api, { number, body }, signal),
		async editComment(_, id, body, signal) {
			await api.call(
				{ what: 'edit a comment' },
				(octokit, parameters) =>
					octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
						...parameters,
						comment_id: Number(id),
						body,
					}),
				signal,
			);
		},
	};
}

/** One that is not there is not found, as is the pull request itself. */
async function removeLabel(
	api: GitHubApi,
	{ number, label }: { readonly number: number; readonly label: string },
	signal: AbortSignal,
): Promise<void> {
	await api.call(
		{ what: 'take a label off', expected: [404] },
		(octokit, parameters) =>
			octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
				...parameters,
				issue_number: number,
				name: label,
			}),
		signal,
	);
}

async function comment(
	api: GitHubApi,
	{ number, body }: { readonly number: number; readonly body: string },
	signal: AbortSignal,
): Promise<ForgeComment> {
	return await api.ask(
		{ what: 'comment', creates: true },
		(octokit, parameters) =>
			octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
				...parameters,
				issue_number: number,
				body,
			}),
		readComment,
		signal,
	);
}

const teamPrefix = 'team:';

interface ReviewRequest {
	readonly number: number;
	readonly reviewers: readonly Login[];
}

/** Where GitHub refuses all for the sake of one, each is asked by itself. */
async function requestReviewers(
	api: GitHubApi,
	{ number, reviewers }: ReviewRequest,
	signal: AbortSignal,
): Promise<void> {
	const pull = await readByNumber(api, number, signal);
	const author = pull?.author.toLowerCase();
	const wanted = [...new Set(reviewers)].filter((each) => each.toLowerCase() !== author);
	if (wanted.length === 0 || (await askReviewers(api, { number, reviewers: wanted }, signal)) === undefined) {
		return;
	}
	const refusals: string[] = [];
	for (const each of wanted) {
		const refusal = await askReviewers(api, { number, reviewers: [each] }, signal);
		if (refusal !== undefined) refusals.push(`${each}: ${refusal}`);
	}
	if (refusals.length === 0) return;
	const message = `GitHub will not ask for a review by ${refusals.join('; ')}`;
	throw forgeError(api, 'E_FORGE_REFUSED', { message, retry: 'later' });
}

/** Why it came to nothing; `undefined`: it did not. */
async function askReviewers(
	api: GitHubApi,
	{ number, reviewers }: ReviewRequest,
	signal: AbortSignal,
): Promise<string | undefined> {
	const teams = reviewers.filter((each) => each.startsWith(teamPrefix));
	const { status, text } = await api.call(
		{ what: 'ask for a review', expected: [422] },
		(octokit, parameters) =>
			octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
				...parameters,
				pull_number: number,
				reviewers: reviewers.filter((each) => !each.startsWith(teamPrefix)),
				team_reviewers: teams.map((each) => each.slice(teamPrefix.length)),
			}),
		signal,
	);
	return status === 422 ? readWords(text) || 'it answers 422' : undefined;
}
