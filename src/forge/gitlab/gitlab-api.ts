import type { Clock } from '../../model/ports/clock.ts';
import { type ForgeClient, understand } from '../http/client.ts';
import { asFields, type Fields } from '../http/fields.ts';

/** One project at a GitLab. */
export interface GitLabApi {
	readonly client: ForgeClient;
	readonly clock: Clock;
	/** `/projects/group%2Fname` */
	readonly project: string;
}

/** GitLab gives no more on one page. */
export const pageSize = 100;

/** The project as GitLab tells of it. Throws E_FORGE_REPOSITORY where it is gone or hidden. */
export async function readProject({ client, project }: GitLabApi, signal: AbortSignal): Promise<Fields> {
	const request = { method: 'GET', path: project, what: 'read the project' } as const;
	return await client.ask(request, (body) => asFields(body, 'project'), signal);
}

/** Reads one of the project's things; `undefined` where there is none, or GitLab does not show it. */
export async function readOptional<T>(
	{ client }: GitLabApi,
	{ path, what }: { readonly path: string; readonly what: string },
	read: (body: unknown) => T,
	signal: AbortSignal,
): Promise<T | undefined> {
	const request = { method: 'GET', path, what, expected: [403, 404] } as const;
	const { status, body } = await client.send(request, signal);
	return status < 300 ? understand(client, request, () => read(body)) : undefined;
}
