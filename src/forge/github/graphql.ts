import { understand } from '../http/client.ts';
import { asFields, type Fields, findFields, findText, readList } from '../http/fields.ts';
import { limitError } from '../http/refusal.ts';
import type { GitHubApi, GitHubAsked } from './api.ts';

/** What GraphQL refuses, it refuses with status 200. */
export type GraphqlOutcome =
	| { readonly kind: 'done'; readonly data: Fields }
	| { readonly kind: 'refused'; readonly type: string; readonly reason: string };

export interface GraphqlQuery {
	readonly query: string;
	readonly variables?: Readonly<Record<string, unknown>>;
}

/** GitHub does not say for how long in such an answer. */
const unsaidLimit = 60_000;

export async function askGraphql(
	api: GitHubApi,
	asked: GitHubAsked,
	{ query, variables = {} }: GraphqlQuery,
	signal: AbortSignal,
): Promise<GraphqlOutcome> {
	const answer = await api.call(
		asked,
		(octokit, { request }) => octokit.graphql(query, { ...variables, request: { ...request } }),
		signal,
	);
	const outcome = understand(api, asked, () => readOutcome(asFields(answer.body, 'answer')));
	if (outcome.kind === 'refused' && /^RATE_LIMIT(ED)?$/.test(outcome.type)) {
		api.hold(unsaidLimit);
		throw limitError(api, unsaidLimit);
	}
	return outcome;
}

function readOutcome(answer: Fields): GraphqlOutcome {
	const [error] = readList(answer, 'errors').map(findFields);
	if (error === undefined) return { kind: 'done', data: asFields(answer['data'], 'data') };
	const reason = findText(error, 'message') ?? 'no reason is given';
	return { kind: 'refused', type: findText(error, 'type') ?? '', reason };
}
