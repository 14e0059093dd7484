import type { ForgeIdentity, Login, Permission } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, type Fields, findFields, findText, readText } from '../http/fields.ts';
import { type AzureApi, needIds, previewVersion, readIds, readIfAllowed, version } from './azure-api.ts';

/** Of Git repositories: https://learn.microsoft.com/en-us/azure/devops/organizations/security/namespace-reference */
const namespace = '2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87';
const bits = {
	administer: 1,
	read: 2,
	contribute: 4,
	exemptFromPolicies: 128,
	managePermissions: 8_192,
} as const;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function readIdentity(api: AzureApi, signal: AbortSignal): Promise<ForgeIdentity> {
	const path = `${api.organization}/_apis/connectionData`;
	const request = { method: 'GET', path, query: previewVersion, what: 'say who we are' } as const;
	const read = (body: unknown): Login =>
		readText(asFields(asFields(body, 'connection')['authenticatedUser'], 'user'), 'id');
	const login = await api.client.ask(request, read, signal);
	await readIds(api, signal);
	return { login, permission: await readOwnPermission(api, signal) };
}

/** Whoever sees the repository may read it. */
async function readOwnPermission(api: AzureApi, signal: AbortSignal): Promise<Permission> {
	if (await mayWe(api, bits.managePermissions, signal)) return 'admin';
	return (await mayWe(api, bits.contribute, signal)) ? 'write' : 'read';
}

async function mayWe(api: AzureApi, bit: number, signal: AbortSignal): Promise<boolean> {
	const path = `${api.organization}/_apis${apiPath`/permissions/${namespace}/${bit}`}`;
	const query = { ...version, tokens: await securityToken(api, signal) };
	const request = { method: 'GET', path, query, what: 'say what we may do' } as const;
	return await api.client.ask(
		request,
		(body) => {
			const { value } = asFields(body, 'permissions');
			return Array.isArray(value) && value[0] === true;
		},
		signal,
	);
}

/** Whether branch policies hold for us. */
export async function mayPassPolicies(api: AzureApi, signal: AbortSignal): Promise<boolean> {
	return await mayWe(api, bits.exemptFromPolicies, signal);
}

async function securityToken(api: AzureApi, signal: AbortSignal): Promise<string> {
	const { project, repository } = await needIds(api, signal);
	return `repoV2/${project}/${repository}`;
}

/** Where we may not see what others may do, everybody is a reader. */
export async function readPermission(api: AzureApi, login: Login, signal: AbortSignal): Promise<Permission> {
	const descriptor = guid.test(login) ? await findDescriptor(api, login, signal) : undefined;
	if (descriptor === undefined) return 'none';
	const request = {
		path: `${api.organization}/_apis${apiPath`/accesscontrollists/${namespace}`}`,
		query: {
			...version,
			token: await securityToken(api, signal),
			descriptors: descriptor,
			includeExtendedInfo: true,
		},
		what: `say what ${login} may do`,
	};
	const read = (lists: readonly Fields[]): Permission => toPermission(readAllowed(lists, descriptor));
	return (await readIfAllowed(api.client, request, read, signal)) ?? 'read';
}

async function findDescriptor(api: AzureApi, login: Login, signal: AbortSignal): Promise<string | undefined> {
	const query = { ...version, identityIds: login };
	const [identity] = await readIdentities(api, query, signal);
	return findText(identity, 'descriptor');
}

async function readIdentities(
	{ people, organization }: AzureApi,
	query: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<readonly (Fields | undefined)[]> {
	const request = {
		method: 'GET',
		path: `${organization}/_apis/identities`,
		query,
		what: 'look for people',
	} as const;
	const { body } = await people.send(request, signal);
	// Whom it does not know it tells of as nothing.
	return understand(people, request, () => {
		const { value } = asFields(body, 'list');
		return Array.isArray(value) ? value.map(findFields) : [];
	});
}

/** What comes to a person from themselves and from all their groups. */
function readAllowed(lists: readonly Fields[], descriptor: string): number {
	const allowed = lists.map((list) => {
		const entry = findFields(findFields(list['acesDictionary'])?.[descriptor]);
		const { effectiveAllow } = findFields(entry?.['extendedInfo']) ?? {};
		return typeof effectiveAllow === 'number' ? effectiveAllow : 0;
	});
	return allowed[0] ?? 0;
}

function toPermission(allowed: number): Permission {
	const may = (bit: number): boolean => Math.floor(allowed / bit) % 2 === 1;
	if (may(bits.administer) || may(bits.managePermissions)) return 'admin';
	if (may(bits.contribute)) return 'write';
	return may(bits.read) ? 'read' : 'none';
}

const teamPrefix = 'team:';

/** Azure's id of a person by it, by their account's name, or of a group by its name, where one alone has it. */
export async function findPerson(
	api: AzureApi,
	name: string,
	signal: AbortSignal,
): Promise<Login | undefined> {
	if (guid.test(name)) return name.toLowerCase();
	const wanted = name.startsWith(teamPrefix) ? name.slice(teamPrefix.length) : name;
	if (wanted === '') return undefined;
	const query = { ...version, searchFilter: 'General', filterValue: wanted };
	const found = await readIdentities(api, query, signal);
	const named = found.filter((each) => each?.['isActive'] !== false && hasName(each, wanted.toLowerCase()));
	return named.length === 1 ? findText(named[0], 'id') : undefined;
}

function hasName(identity: Fields | undefined, name: string): boolean {
	const account = findFields(findFields(identity?.['properties'])?.['Account']);
	const names = [findText(account, '$value'), findText(identity, 'providerDisplayName')];
	return names.some((each) => each?.toLowerCase() === name);
}
