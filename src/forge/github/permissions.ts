import type { Forge, Login, Permission } from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { asFields, findFields, readText } from '../http/fields.ts';
import { forgeError } from '../http/refusal.ts';
import { rememberIdentity } from '../http/remembered-identity.ts';
import type { GitHubApi } from './api.ts';
import { askGraphql } from './graphql.ts';
import { readRepository } from './repository.ts';

export function createIdentity(api: GitHubApi): Forge['identity'] {
	return rememberIdentity(api.tokensSeen, async (signal) => {
		const login = await readLogin(api, signal);
		const rights = findFields((await readRepository(api, signal))['permissions']) ?? {};
		return { login, permission: readOwnPermission(login, rights) };
	});
}

/** By GraphQL, since REST tells an App's installation nothing of its name. */
async function readLogin(api: GitHubApi, signal: AbortSignal): Promise<Login> {
	const asked = { what: 'say who we are' };
	const outcome = await askGraphql(api, asked, { query: '{ viewer { login } }' }, signal);
	if (outcome.kind === 'refused') {
		const message = `GitHub refuses to ${asked.what}: ${outcome.reason}`;
		throw forgeError(api, 'E_FORGE_RIGHTS', { message, retry: 'later' });
	}
	return understand(api, asked, () => readText(asFields(outcome.data['viewer'], 'viewer'), 'login'));
}

function readOwnPermission(login: Login, rights: Readonly<Record<string, unknown>>): Permission {
	if (rights['admin'] === true) return 'admin';
	if (rights['push'] === true || rights['maintain'] === true) return 'write';
	// Of an App's installation GitHub says nothing here: its rights are those that it was installed with.
	if (login.endsWith('[bot]')) return 'write';
	return rights['pull'] === false ? 'none' : 'read';
}

/** People, and Apps: `name[bot]`; the underscore is of Enterprise's managed users. */
const accountName = /^[a-z\d][a-z\d_-]*(\[bot\])?$/i;

/** The roles maintain and triage, and those of an organisation's own, come as what they amount to. */
export async function readPermission(api: GitHubApi, login: Login, signal: AbortSignal): Promise<Permission> {
	if (!accountName.test(login)) return 'none';
	const asked = { what: `say what ${login} may do`, expected: [404] };
	const answer = await api.call(
		asked,
		(octokit, parameters) =>
			octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
				...parameters,
				username: login,
			}),
		signal,
	);
	if (answer.status === 404) return 'none';
	const word = understand(api, asked, () => readText(asFields(answer.body, 'permission'), 'permission'));
	return word === 'admin' || word === 'write' || word === 'read' ? word : 'none';
}
