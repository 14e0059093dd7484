import { createHash } from 'node:crypto';
import type { Check, CheckState, CommitStatus } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { type Fields, findText, readText } from '../http/fields.ts';
import { shortText } from '../short-text.ts';
import { type BitbucketApi, readValues } from './bitbucket-api.ts';

/** Bitbucket takes no more. */
const descriptionLength = 255;
const keyLength = 40;

const states = { success: 'SUCCESSFUL', failure: 'FAILED', pending: 'INPROGRESS' } as const;

/** Bitbucket takes no status without a page: where there is none, the commit's own is named. */
export async function setStatus(
	{ client, repository, page }: BitbucketApi,
	commit: CommitId,
	{ context, state, description, url }: CommitStatus,
	signal: AbortSignal,
): Promise<void> {
	const path = `${repository}${apiPath`/commit/${commit}/statuses/build`}`;
	const body = {
		type: 'build',
		key: toKey(context),
		name: context,
		state: states[state],
		description: shortText(description, descriptionLength),
		url: url ?? `${page}/commits/${commit}`,
	};
	await client.send({ method: 'POST', path, body, what: `set the status ${context}` }, signal);
}

/** A key names a status for good; a long name is told apart by its digest. */
function toKey(context: string): string {
	if (context.length <= keyLength) return context;
	const digest = createHash('sha256').update(context).digest('hex').slice(0, 12);
	return `${context.slice(0, keyLength - digest.length - 1)}-${digest}`;
}

/** A status is written over under its key: there is one of each. */
export async function listChecks(
	api: BitbucketApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Check[]> {
	const path = `${api.repository}${apiPath`/commit/${commit}/statuses`}`;
	const request = { path, what: 'read the checks of a commit' };
	const values = await readValues(api, request, signal);
	return understand(api.client, request, () => {
		const byKey = new Map(values.map((value) => [readText(value, 'key'), readCheck(value)]));
		return [...byKey.values()];
	});
}

function readCheck(status: Fields): Check {
	const description = findText(status, 'description');
	const name = findText(status, 'name') ?? readText(status, 'key');
	const state = readState(readText(status, 'state'));
	return { name, state, ...(description === undefined ? {} : { description }) };
}

function readState(state: string): CheckState {
	switch (state) {
		case 'SUCCESSFUL':
			return 'success';
		case 'INPROGRESS':
			return 'pending';
		default:
			return 'failure';
	}
}
