import type { Check, CheckState, CommitStatus } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { showText } from '../../model/problem.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, findText, readList, readText } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';

/** Gitea takes more, and shows it on one line. */
const descriptionLength = 255;

export async function setStatus(
	{ client, repository }: GiteaApi,
	commit: CommitId,
	{ context, state, description, url }: CommitStatus,
	signal: AbortSignal,
): Promise<void> {
	const path = `${repository}${apiPath`/statuses/${commit}`}`;
	const target = url === undefined ? {} : { target_url: url };
	const body = { context, state, description: showText(description, descriptionLength), ...target };
	await client.send({ method: 'POST', path, body, what: `set the status ${context}` }, signal);
}

export async function listChecks(
	{ client, repository }: GiteaApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Check[]> {
	const request = {
		method: 'GET',
		path: `${repository}${apiPath`/commits/${commit}/status`}`,
		query: { limit: pageSize },
		what: 'read the checks of a commit',
		find: (body: unknown) => readList(asFields(body, 'status'), 'statuses'),
	} as const;
	const items = await readAll(client, request, signal);
	return understand(client, request, () => items.map(parseCheck));
}

function parseCheck(item: unknown): Check {
	const fields = asFields(item, 'status');
	const description = findText(fields, 'description');
	const name = readText(fields, 'context');
	const state = readState(readText(fields, 'status'));
	return description === undefined ? { name, state } : { name, state, description };
}

/** `warning` and `skipped` hold no merge up. */
function readState(state: string): CheckState {
	switch (state) {
		case 'success':
		case 'warning':
		case 'skipped':
			return 'success';
		case 'pending':
			return 'pending';
		default:
			return 'failure';
	}
}
