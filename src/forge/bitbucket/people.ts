import type { ForgeIdentity, Login, Permission } from '../../model/ports/forge.ts';
import { ForgeError } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, type Fields, findFields, findText, readText } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';
import { type BitbucketApi, readRepository, readValues } from './bitbucket-api.ts';
import { readLogin } from './pull-request.ts';

const uuid = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/** Tokens of a repository or a workspace are nobody's, and may not ask who they are. */
export async function readIdentity(api: BitbucketApi, signal: AbortSignal): Promise<ForgeIdentity> {
	const request = { method: 'GET', path: '/user', what: 'say who we are', expected: [403] } as const;
	const { status, body } = await api.client.send(request, signal);
	if (status === 403) {
		const message = 'Bitbucket does not tell this token who it is: it needs the right to read its account';
		const remedy = 'use an API token of an account with read:user:bitbucket, not a token of a repository';
		throw forgeError(api.client, 'E_FORGE_RIGHTS', { message, remedy, retry: 'later' });
	}
	const login = understand(api.client, request, () => {
		const account = asFields(body, 'account');
		readText(account, 'uuid');
		return readLogin(account);
	});
	return { login, permission: await readOwnPermission(api, signal) };
}

/** Found among the workspace's repositories by our role, the highest first; whoever has none may read what is public. */
async function readOwnPermission(api: BitbucketApi, signal: AbortSignal): Promise<Permission> {
	const { workspace, name } = api;
	// Names in a URL may be spelled in another case.
	const full = findText(await readRepository(api, signal), 'full_name') ?? `${workspace}/${name}`;
	for (const [role, permission] of roles) {
		const request = {
			path: apiPath`/repositories/${workspace}`,
			query: { role, q: `full_name = "${full}"` },
			what: 'say what we may do',
		};
		const found = await readValues(api, request, signal);
		if (found.some((each) => findText(each, 'full_name') === full)) return permission;
	}
	return 'read';
}

const roles = [
	['admin', 'admin'],
	['contributor', 'write'],
] as const;

/**
 * Bitbucket tells only admins of the repository what others may do: to anybody else everybody but themselves is a reader.
 */
export async function readPermission(
	api: BitbucketApi,
	login: Login,
	self: ForgeIdentity,
	signal: AbortSignal,
): Promise<Permission> {
	if (login === self.login) return self.permission;
	const { workspace, name } = api;
	const path = apiPath`/workspaces/${workspace}/permissions/repositories/${name}`;
	const found = await readForAdmins(api, { path, what: `say what ${login} may do` }, signal);
	if (found === undefined) return 'read';
	const mine = found.find((each) => readLogin(findFields(each['user'])) === login);
	const permission = findText(mine, 'permission');
	if (permission === 'admin' || permission === 'write' || permission === 'read') return permission;
	return (await readRepository(api, signal))['is_private'] === true ? 'none' : 'read';
}

/** `undefined` where we are none. */
export async function readForAdmins(
	api: BitbucketApi,
	request: { readonly path: string; readonly what: string },
	signal: AbortSignal,
): Promise<readonly Fields[] | undefined> {
	return await readValues(api, request, signal).catch((error: unknown) => {
		if (error instanceof ForgeError && error.problem.code === 'E_FORGE_RIGHTS') return undefined;
		throw error;
	});
}

/** Accounts as `{uuid}` by their uuid, or by the account id or nickname that one member of the workspace alone has. */
export async function findAccounts(
	api: BitbucketApi,
	names: readonly string[],
	signal: AbortSignal,
): Promise<{ readonly accounts: readonly string[]; readonly unknown: readonly string[] }> {
	const isNamed = names.some((name) => !uuid.test(name));
	const request = { path: apiPath`/workspaces/${api.workspace}/members`, what: 'look for people' };
	const members = isNamed ? await readValues(api, request, signal) : [];
	const users = members.map((member) => findFields(member['user']));
	const find = (name: string): string | undefined => {
		if (uuid.test(name)) return name.startsWith('{') ? name : `{${name}}`;
		const found = users.filter((user) => user?.['account_id'] === name || user?.['nickname'] === name);
		return found.length === 1 ? findText(found[0], 'uuid') : undefined;
	};
	return {
		accounts: names.flatMap((name) => find(name) ?? []),
		unknown: names.filter((name) => find(name) === undefined),
	};
}
