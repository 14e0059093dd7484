import type { Clock } from '../../model/ports/clock.ts';
import type { ForgeError } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { apiPath } from '../http/api-path.ts';
import { type ForgeClient, type ForgeRequest, understand } from '../http/client.ts';
import { asFields, type Fields, readText, UnreadableAnswerError } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';

/** One repository at Azure DevOps Services. */
export interface AzureApi {
	readonly client: ForgeClient;
	/** Of the service that knows people. */
	readonly people: ForgeClient;
	readonly clock: Clock;
	/** `/organization`, encoded. */
	readonly organization: string;
	/** `/organization/project/_apis` */
	readonly project: string;
	/** `/organization/project/_apis/git/repositories/name` */
	readonly repository: string;
	/** The repository's page. */
	readonly page: string;
	/** Numbers of the open pull requests by the heads that they were seen with. */
	readonly heads: Map<CommitId, number>;
	ids?: RepositoryIds;
}

/** By which Azure knows the repository elsewhere. */
export interface RepositoryIds {
	readonly repository: string;
	readonly project: string;
}

export const version = { 'api-version': '7.1' } as const;

/** Of what is not called finished. */
export const previewVersion = { 'api-version': '7.1-preview.1' } as const;

/** What has to change before the call may be made again. */
export function refuseForGood({ client }: Pick<AzureApi, 'client'>, message: string): ForgeError {
	return forgeError(client, 'E_FORGE_REFUSED', { message, retry: 'never' });
}

/** Lists come as `{count, value}`. */
export async function readValues(
	client: ForgeClient,
	request: Omit<ForgeRequest, 'method'>,
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	return await client.ask({ ...request, method: 'GET' }, readList, signal);
}

function readList(body: unknown): readonly Fields[] {
	const { value } = asFields(body, 'list');
	if (!Array.isArray(value)) throw new UnreadableAnswerError('no list value');
	return value.map((each) => asFields(each, 'value'));
}

const pageSize = 100;

/** A list that never ends is an answer that cannot be understood. */
const maxPages = 1_000;

/** All of a list that is told page by page. */
export async function readAllValues(
	client: ForgeClient,
	{ query = {}, ...request }: Omit<ForgeRequest, 'method'>,
	names: { readonly top: string; readonly skip: string },
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	const found: Fields[] = [];
	for (let page = 0; page < maxPages; page += 1) {
		const paged = { ...query, [names.top]: pageSize, [names.skip]: page * pageSize };
		const values = await readValues(client, { ...request, query: paged }, signal);
		found.push(...values);
		if (values.length < pageSize) return found;
	}
	const message = `${client.kind}, asked to ${request.what}, gives more than ${maxPages} pages`;
	throw forgeError(client, 'E_FORGE_ANSWER', { message, retry: 'later' });
}

/** Throws E_FORGE_REPOSITORY where the repository is gone or hidden. */
export async function readIds(api: AzureApi, signal: AbortSignal): Promise<RepositoryIds> {
	const request = {
		method: 'GET',
		path: api.repository,
		query: version,
		what: 'read the repository',
	} as const;
	const read = (body: unknown): RepositoryIds => {
		const found = asFields(body, 'repository');
		return {
			repository: readText(found, 'id'),
			project: readText(asFields(found['project'], 'project'), 'id'),
		};
	};
	const ids = await api.client.ask(request, read, signal);
	api.ids = ids;
	return ids;
}

/** As they were read last: they never change. */
export async function needIds(api: AzureApi, signal: AbortSignal): Promise<RepositoryIds> {
	return api.ids ?? (await readIds(api, signal));
}

export function pullPath({ repository }: AzureApi, number: number): string {
	return `${repository}${apiPath`/pullRequests/${number}`}`;
}

/** Reads with `read`; `undefined` where we may not. */
export async function readIfAllowed<T>(
	client: ForgeClient,
	request: Omit<ForgeRequest, 'method'>,
	read: (values: readonly Fields[]) => T,
	signal: AbortSignal,
): Promise<T | undefined> {
	const asked = { ...request, method: 'GET', expected: [401, 403] } as const;
	const { status, body } = await client.send(asked, signal);
	return status < 300 ? understand(client, asked, () => read(readList(body))) : undefined;
}
