import type { Check, CheckState, CommitStatus } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import {
	asFields,
	type Fields,
	findCommit,
	findFields,
	findText,
	findTime,
	readNumber,
	readText,
} from '../http/fields.ts';
import { shortText } from '../short-text.ts';
import { type AzureApi, pullPath, readAllValues, readValues, version } from './azure-api.ts';
import { findByCommit } from './pulls.ts';

/** Shown on one line. */
const descriptionLength = 255;

const states = { success: 'succeeded', failure: 'failed', pending: 'pending' } as const;

/** Azure names a status in two parts. */
function splitContext(context: string): { readonly genre?: string; readonly name: string } {
	const [, genre, name] = /^(.+)\/([^/]+)$/.exec(context) ?? [];
	return genre === undefined || name === undefined ? { name: context } : { genre, name };
}

export function joinContext(genre: string | undefined, name: string): string {
	return genre === undefined ? name : `${genre}/${name}`;
}

/**
 * On the commit, and on the open pull request whose head it is: branch policies ask for statuses of pull requests alone,
 * and those that are reset by a push for statuses of an iteration.
 */
export async function setStatus(
	api: AzureApi,
	commit: CommitId,
	{ context, state, description, url }: CommitStatus,
	signal: AbortSignal,
): Promise<void> {
	const body = {
		context: splitContext(context),
		state: states[state],
		description: shortText(description, descriptionLength),
		...(url === undefined ? {} : { targetUrl: url }),
	};
	const request = { method: 'POST', query: version, what: `set the status ${context}` } as const;
	await api.client.send({ ...request, body, path: commitPath(api, commit) }, signal);
	const iteration = await findIteration(api, commit, signal);
	if (iteration === undefined) return;
	const { path, id: iterationId } = iteration;
	// It may have come to an end since, or moved.
	const expected = [400, 403, 404, 409];
	await api.client.send({ ...request, body: { ...body, iterationId }, path, expected }, signal);
}

/** Where the statuses are of the open pull request whose head a commit is, and which of its iterations that is. */
async function findIteration(
	api: AzureApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<{ readonly path: string; readonly id: number } | undefined> {
	const number = await findByCommit(api, commit, signal);
	if (number === undefined) return undefined;
	const what = `read the iterations of pull request ${number}`;
	const request = { path: `${pullPath(api, number)}/iterations`, query: version, what };
	const iterations = await readValues(api.client, request, signal);
	const newest = iterations.findLast(
		(each) => findCommit(findFields(each['sourceRefCommit']), 'commitId') === commit,
	);
	if (newest === undefined) return undefined;
	const id = understand(api.client, request, () => readNumber(newest, 'id'));
	return { path: `${pullPath(api, number)}/statuses`, id };
}

function commitPath({ repository }: AzureApi, commit: CommitId): string {
	return `${repository}${apiPath`/commits/${commit}/statuses`}`;
}

/**
 * Of the commit, and of the open pull request whose head it is: of it as a whole, and of the iteration that the commit
 * made. The newest of each name counts.
 */
export async function listChecks(
	api: AzureApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Check[]> {
	const what = 'read the checks of a commit';
	const request = { path: commitPath(api, commit), query: { ...version, latestOnly: true }, what };
	const ofCommit = await readAllValues(api.client, request, { top: 'top', skip: 'skip' }, signal);
	const ofPull = await listPullStatuses(api, commit, signal);
	return understand(api.client, request, () => {
		const newest = new Map<string, Fields>();
		for (const status of [...ofCommit, ...ofPull].sort((a, b) => timeOf(a) - timeOf(b))) {
			newest.set(nameOf(status), status);
		}
		return [...newest.values()].map(readCheck);
	});
}

async function listPullStatuses(
	api: AzureApi,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	const iteration = await findIteration(api, commit, signal);
	if (iteration === undefined) return [];
	const { path, id } = iteration;
	const found = await readValues(api.client, { path, query: version, what: 'read statuses' }, signal);
	return found.filter(
		({ iterationId }) => typeof iterationId !== 'number' || iterationId === 0 || iterationId === id,
	);
}

function timeOf(status: Fields): number {
	return findTime(status, 'updatedDate') ?? findTime(status, 'creationDate') ?? 0;
}

function nameOf(status: Fields): string {
	const context = asFields(status['context'], 'context');
	return joinContext(findText(context, 'genre'), readText(context, 'name'));
}

function readCheck(status: Fields): Check {
	const description = findText(status, 'description');
	const state = readState(findText(status, 'state') ?? '');
	return { name: nameOf(status), state, ...(description === undefined ? {} : { description }) };
}

function readState(state: string): CheckState {
	switch (state) {
		case 'succeeded':
		case 'partiallySucceeded':
		case 'notApplicable':
			return 'success';
		case 'failed':
		case 'error':
			return 'failure';
		default:
			return 'pending';
	}
}
