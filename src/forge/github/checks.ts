import type { Check, CheckState, Forge } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';

import type { Instant } from '../../model/time.ts';
import { asFields, type Fields, findFields, findText, findTime, readList, readText } from '../http/fields.ts';
import { shortText } from '../short-text.ts';
import type { GitHubApi, SendPage } from './api.ts';

/** GitHub takes no more. */
const descriptionLength = 140;

export function createChecks(api: GitHubApi): Pick<Forge, 'setStatus' | 'checks'> {
	return {
		async setStatus(commit, { context, state, description, url }, signal) {
			await api.call(
				{ what: `set the status ${context}` },
				(octokit, parameters) =>
					octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
						...parameters,
						sha: commit,
						context,
						state,
						description: shortText(description, descriptionLength),
						...(url === undefined ? {} : { target_url: url }),
					}),
				signal,
			);
		},
		async checks(commit, signal) {
			const statuses = await listStatuses(api, commit, signal);
			return [...statuses, ...(await listRuns(api, commit, signal))];
		},
	};
}

/** GitHub gives the newest of each. */
async function listStatuses(
	api: GitHubApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Check[]> {
	const send: SendPage = (octokit, parameters) =>
		octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/status', { ...parameters, ref: commit });
	const read = (body: unknown): readonly Check[] => readChecks(body, 'statuses', readStatus);
	return await api.items({ what: 'read the statuses of a commit' }, send, read, signal);
}

/** GitHub gives the newest of each suite; the same name may be in several. */
async function listRuns(api: GitHubApi, commit: CommitId, signal: AbortSignal): Promise<readonly Check[]> {
	const send: SendPage = (octokit, parameters) =>
		octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
			...parameters,
			ref: commit,
			filter: 'latest',
		});
	const read = (body: unknown): readonly Run[] => readChecks(body, 'check_runs', readRun);
	const runs = await api.items({ what: 'read the checks of a commit' }, send, read, signal);
	const inOrder = runs.toSorted((a, b) => a.startedAt - b.startedAt);
	return [...new Map(inOrder.map(({ check }) => [check.name, check])).values()];
}

function readChecks<T>(body: unknown, name: string, read: (fields: Fields) => T): readonly T[] {
	return readList(asFields(body, 'answer'), name).map((each) => read(asFields(each, name)));
}

function readStatus(status: Fields): Check {
	const state = status['state'];
	const isKnown = state === 'success' || state === 'pending';
	return describe(readText(status, 'context'), isKnown ? state : 'failure', findText(status, 'description'));
}

interface Run {
	readonly check: Check;
	readonly startedAt: Instant;
}

function readRun(run: Fields): Run {
	const title = findText(findFields(run['output']), 'title');
	const check = describe(readText(run, 'name'), readConclusion(run), title);
	// One that waits for its start is newer than those that have run.
	return { check, startedAt: findTime(run, 'started_at') ?? Number.POSITIVE_INFINITY };
}

/** What GitHub counts as passed where a check is required. */
function readConclusion(run: Fields): CheckState {
	if (run['status'] !== 'completed') return 'pending';
	return /^(success|neutral|skipped)$/.test(String(run['conclusion'])) ? 'success' : 'failure';
}

function describe(name: string, state: CheckState, description: string | undefined): Check {
	return { name, state, ...(description === undefined ? {} : { description }) };
}
