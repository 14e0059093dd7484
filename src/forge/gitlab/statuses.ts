import type { Check, CheckState, CommitStatus } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, type Fields, findText, readText } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { classifyAnswer } from '../http/refusal.ts';
import { shortText } from '../short-text.ts';
import { type GitLabApi, pageSize } from './gitlab-api.ts';

/** GitLab takes no more. */
const descriptionLength = 255;

const states = { success: 'success', failure: 'failed', pending: 'pending' } as const;

/** GitLab refuses a status that is in this state already, so it is looked at before. */
export async function setStatus(
	api: GitLabApi,
	commit: CommitId,
	status: CommitStatus,
	signal: AbortSignal,
): Promise<void> {
	const description = shortText(status.description, descriptionLength);
	const before = (await listStatuses(api, commit, { name: status.context }, signal)).at(-1);
	if (isSame(before, status, description)) return;
	const request = {
		method: 'POST',
		path: `${api.project}${apiPath`/statuses/${commit}`}`,
		body: {
			state: states[status.state],
			name: status.context,
			description,
			...(status.url === undefined ? {} : { target_url: status.url }),
		},
		what: `set the status ${status.context}`,
		expected: [400],
	} as const;
	const answer = await api.client.send(request, signal);
	const isThere = answer.status === 400 && /cannot transition/i.test(answer.text);
	if (answer.status >= 300 && !isThere) throw classifyAnswer(api.client, request, answer);
}

function isSame(before: Fields | undefined, { state, url }: CommitStatus, description: string): boolean {
	if (before?.['status'] !== states[state]) return false;
	return (findText(before, 'description') ?? '') === description && findText(before, 'target_url') === url;
}

export async function listChecks(
	api: GitLabApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Check[]> {
	const statuses = await listStatuses(api, commit, {}, signal);
	const checks = understand(api.client, { what: 'read the checks of a commit' }, () =>
		statuses.map(readCheck),
	);
	return [...new Map(checks.map((check) => [check.name, check])).values()];
}

/** The newest of each, the oldest of those first. */
async function listStatuses(
	{ client, project }: GitLabApi,
	commit: CommitId,
	query: { readonly name?: string },
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	const request = {
		method: 'GET',
		path: `${project}${apiPath`/repository/commits/${commit}/statuses`}`,
		query: { ...query, order_by: 'id', sort: 'asc', per_page: pageSize },
		what: 'read the checks of a commit',
	} as const;
	const items = await readAll(client, request, signal);
	return understand(client, request, () => items.map((item) => asFields(item, 'status')));
}

function readCheck(status: Fields): Check {
	const description = findText(status, 'description');
	const name = readText(status, 'name');
	const state = readState(status);
	return { name, state, ...(description === undefined ? {} : { description }) };
}

/** What may fail, and what waits for a person who need not come, holds no merge up. */
function readState(status: Fields): CheckState {
	const isOptional = status['allow_failure'] === true;
	switch (readText(status, 'status')) {
		case 'success':
		case 'skipped':
			return 'success';
		case 'failed':
		case 'canceled':
			return isOptional ? 'success' : 'failure';
		case 'manual':
			return isOptional ? 'success' : 'pending';
		default:
			return 'pending';
	}
}
