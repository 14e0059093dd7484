import type { BranchProtection, ForgeIdentity, Login, Permission } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import { understand } from '../http/client.ts';
import { asFields, findText, readList } from '../http/fields.ts';
import { readAll } from '../http/pages.ts';
import { classifyAnswer } from '../http/refusal.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';
import { readLogin } from './parse-pull.ts';

export async function readIdentity(
	{ client, repository }: GiteaApi,
	signal: AbortSignal,
): Promise<ForgeIdentity> {
	const login = await client.ask({ method: 'GET', path: '/user', what: 'say who we are' }, readLogin, signal);
	const request = { method: 'GET', path: repository, what: 'read the repository' } as const;
	const permission = await client.ask(request, readOwnPermission, signal);
	return { login, permission };
}

function readOwnPermission(body: unknown): Permission {
	const rights = asFields(asFields(body, 'repository')['permissions'] ?? {}, 'permissions');
	if (rights['admin'] === true) return 'admin';
	if (rights['push'] === true) return 'write';
	return rights['pull'] === true ? 'read' : 'none';
}

/**
 * Only admins of a repository may ask what others may do in it. Anybody may ask whom an issue can be given to: outside of
 * organisations those are the ones who may write. In an organisation a team that only reads is among them, so that
 * nothing can be learned from it.
 */
export async function readPermission(api: GiteaApi, login: Login, signal: AbortSignal): Promise<Permission> {
	if (!/^[\w.-]+$/.test(login) || /^\.{1,2}$/.test(login)) return 'none';
	const { client, repository } = api;
	const path = `${repository}${apiPath`/collaborators/${login}/permission`}`;
	const request = { method: 'GET', path, what: `say what ${login} may do`, expected: [403, 404] } as const;
	const answer = await client.send(request, signal);
	if (answer.status === 404) return 'none';
	if (answer.status === 403) {
		if (await isOfOrganisation(api, signal)) throw classifyAnswer(client, request, answer);
		return (await listWriters(api, signal)).includes(login.toLowerCase()) ? 'write' : 'read';
	}
	return understand(client, request, () =>
		toPermission(findText(asFields(answer.body, 'permission'), 'permission')),
	);
}

function toPermission(word: string | undefined): Permission {
	switch (word) {
		case 'owner':
		case 'admin':
			return 'admin';
		case 'write':
		case 'read':
			return word;
		default:
			return 'none';
	}
}

/** Elsewhere there are no teams, which is what 405 says. */
async function isOfOrganisation({ client, repository }: GiteaApi, signal: AbortSignal): Promise<boolean> {
	const request = { method: 'GET', path: `${repository}/teams`, what: 'list teams' } as const;
	const { status } = await client.send({ ...request, expected: [403, 404, 405] }, signal);
	return status !== 405;
}

async function listWriters({ client, repository }: GiteaApi, signal: AbortSignal): Promise<readonly Login[]> {
	const request = { method: 'GET', path: `${repository}/assignees`, what: 'list who may write' } as const;
	const items = await readAll(client, { ...request, query: { limit: pageSize } }, signal);
	return understand(client, request, () => items.map((item) => readLogin(item).toLowerCase()));
}

/** Of a branch that does not exist: nothing protects it. */
export async function readProtection(
	{ client, repository }: GiteaApi,
	branch: string,
	signal: AbortSignal,
): Promise<BranchProtection> {
	const place = branch.split('/').map((part) => encodeURIComponent(part));
	const path = `${repository}/branches/${place.join('/')}`;
	const request = { method: 'GET', path, what: `read the branch ${branch}`, expected: [404] } as const;
	const { status, body } = await client.send(request, signal);
	if (status === 404) return { isProtected: false, requiredChecks: [], requiredApprovals: 0 };
	return understand(client, request, () => parseProtection(body));
}

function parseProtection(body: unknown): BranchProtection {
	const fields = asFields(body, 'branch');
	const isProtected = fields['protected'] === true;
	const mayPush = fields['user_can_push'];
	const approvals = fields['required_approvals'];
	const checks = fields['enable_status_check'] === true ? readList(fields, 'status_check_contexts') : [];
	return {
		isProtected,
		...(typeof mayPush === 'boolean' ? { mayPush } : {}),
		requiredChecks: checks.filter((name) => typeof name === 'string'),
		requiredApprovals: isProtected && typeof approvals === 'number' ? approvals : 0,
	};
}
