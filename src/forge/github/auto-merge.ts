import type { AutoMergeOutcome, Forge, PullRequest } from '../../model/ports/forge.ts';
import { showText } from '../../model/problem.ts';
import { understand } from '../http/client.ts';
import { asFields, readText } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';
import type { GitHubApi } from './api.ts';
import { askGraphql } from './graphql.ts';
import { listMethods } from './merging.ts';
import { readPull } from './pull-request.ts';

const enabling = `mutation($input: EnablePullRequestAutoMergeInput!) {
	enablePullRequestAutoMerge(input: $input) { clientMutationId }
}`;

const disabling = `mutation($input: DisablePullRequestAutoMergeInput!) {
	disablePullRequestAutoMerge(input: $input) { clientMutationId }
}`;

type AutoMerge = Pick<Forge, 'enableAutoMerge' | 'disableAutoMerge'>;

/** The REST API has no auto-merge. */
export function createAutoMerge(api: GitHubApi): AutoMerge {
	return {
		async enableAutoMerge(number, head, signal) {
			const { pull, id } = await readWithId(api, number, signal);
			if (pull.state !== 'open' || pull.headCommit !== head) return { kind: 'moved' };
			if (pull.autoMerge) return { kind: 'enabled' };
			const [method = 'merge'] = await listMethods(api, signal);
			const input = { pullRequestId: id, expectedHeadOid: head, mergeMethod: method.toUpperCase() };
			const asked = { what: 'merge a pull request once its checks pass' };
			const outcome = await askGraphql(api, asked, { query: enabling, variables: { input } }, signal);
			return outcome.kind === 'done' ? { kind: 'enabled' } : judge(api, outcome);
		},
		async disableAutoMerge(number, signal) {
			const { pull, id } = await readWithId(api, number, signal);
			if (!pull.autoMerge) return;
			const query = { query: disabling, variables: { input: { pullRequestId: id } } };
			const outcome = await askGraphql(api, { what: 'call off an auto-merge' }, query, signal);
			if (outcome.kind === 'done') return;
			// It may have been called off, or carried out, since.
			if (!(await readWithId(api, number, signal)).pull.autoMerge) return;
			throw refuseRight(api, 'call off an auto-merge', outcome);
		},
	};
}

/**
 * Clean: all that is required has passed. Unstable: something fails or runs that is not required. Without rules for the
 * branch nothing is required.
 */
function judge(
	api: GitHubApi,
	{ type, reason }: { readonly type: string; readonly reason: string },
): AutoMergeOutcome {
	if (/\bin (clean|unstable|has_hooks) status\b|\brules not configured\b/i.test(reason))
		return { kind: 'clean' };
	if (/head (branch|sha|oid)\b.*\b(modified|match|changed)/i.test(reason)) return { kind: 'moved' };
	if (type === 'FORBIDDEN') throw refuseRight(api, 'merge a pull request once its checks pass', { reason });
	return { kind: 'unavailable', reason: showText(reason, 200) };
}

function refuseRight(api: GitHubApi, what: string, { reason }: { readonly reason: string }): Error {
	const message = `GitHub refuses to ${what}: ${showText(reason, 200)}`;
	return forgeError(api, 'E_FORGE_RIGHTS', { message, retry: 'later' });
}

async function readWithId(
	api: GitHubApi,
	number: number,
	signal: AbortSignal,
): Promise<{ readonly pull: PullRequest; readonly id: string }> {
	const asked = { what: 'read a pull request' };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
				...parameters,
				pull_number: number,
			}),
		signal,
	);
	return understand(api, asked, () => ({
		pull: readPull(answer.body),
		id: readText(asFields(answer.body, 'pull request'), 'node_id'),
	}));
}
