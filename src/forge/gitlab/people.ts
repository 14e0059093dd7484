import type { BranchProtection, ForgeIdentity, Login, Permission } from '../../model/ports/forge.ts';
import { apiPath } from '../http/api-path.ts';
import {
	asFields,
	type Fields,
	findFields,
	findText,
	readList,
	readNumber,
	readText,
	UnreadableAnswerError,
} from '../http/fields.ts';
import { type GitLabApi, pageSize, readOptional, readProject } from './gitlab-api.ts';

const userName = /^\w[\w.-]*$/;

/** GitLab's number for a person. */
export async function findUser(
	{ client }: GitLabApi,
	login: Login,
	signal: AbortSignal,
): Promise<number | undefined> {
	if (!userName.test(login)) return undefined;
	const request = {
		method: 'GET',
		path: '/users',
		query: { username: login },
		what: 'look for a person',
	} as const;
	const users = await client.ask(request, (body) => readItems(body, 'users'), signal);
	const found = users.find((user) => findText(user, 'username')?.toLowerCase() === login.toLowerCase());
	return found === undefined ? undefined : readNumber(found, 'id');
}

export async function readIdentity(api: GitLabApi, signal: AbortSignal): Promise<ForgeIdentity> {
	const request = { method: 'GET', path: '/user', what: 'say who we are' } as const;
	const login = await api.client.ask(request, (body) => readText(asFields(body, 'user'), 'username'), signal);
	const project = await readProject(api, signal);
	const rights = findFields(project['permissions']);
	const levels = ['project_access', 'group_access'].map((name) => readLevel(findFields(rights?.[name])));
	return { login, permission: toPermission(Math.max(...levels), project) };
}

/** Whoever is no member may read what is public. */
export async function readPermission(api: GitLabApi, login: Login, signal: AbortSignal): Promise<Permission> {
	const user = await findUser(api, login, signal);
	if (user === undefined) return 'none';
	const place = { path: `${api.project}${apiPath`/members/all/${user}`}`, what: `say what ${login} may do` };
	const level = await readOptional(api, place, (body) => readLevel(asFields(body, 'member')), signal);
	return toPermission(level ?? 0, await readProject(api, signal));
}

function readLevel(fields: Fields | undefined): number {
	const level = fields?.['access_level'];
	return typeof level === 'number' ? level : 0;
}

/** Developers may write, maintainers administer: https://docs.gitlab.com/api/access_requests/#valid-access-levels */
function toPermission(level: number, project: Fields): Permission {
	if (level >= 40) return 'admin';
	if (level >= 30) return 'write';
	return level > 0 || project['visibility'] === 'public' ? 'read' : 'none';
}

/** GitLab requires no status by its name, but external checks (Ultimate); approvals are required by rules (Premium). */
export async function readProtection(
	api: GitLabApi,
	branch: string,
	signal: AbortSignal,
): Promise<BranchProtection> {
	const place = `${api.project}${apiPath`/repository/branches/${branch}`}`;
	const found = await readOptional(
		api,
		{ path: place, what: `read the branch ${branch}` },
		(body) => asFields(body, 'branch'),
		signal,
	);
	const project = await readProject(api, signal);
	if (found === undefined) return { isProtected: false, requiredChecks: [], requiredApprovals: 0 };
	const mayPush = found['can_push'];
	// Where the edition has no such rules, asking for them may be answered as if the token were bad.
	const read = async (name: string, sign: string): Promise<readonly Fields[]> =>
		project[sign] === undefined ? [] : await readRules(api, name, branch, signal);
	const approvals = await read('approval_rules', 'approvals_before_merge');
	const checks = await read('external_status_checks', 'only_allow_merge_if_all_status_checks_passed');
	return {
		isProtected: found['protected'] === true,
		...(typeof mayPush === 'boolean' ? { mayPush } : {}),
		requiredChecks: checks.flatMap((check) => findText(check, 'name') ?? []),
		requiredApprovals: Math.max(0, ...approvals.map(({ approvals_required: count }) => Number(count) || 0)),
	};
}

/** Those that hold for a branch: one that names none holds for all. */
async function readRules(
	api: GitLabApi,
	name: string,
	branch: string,
	signal: AbortSignal,
): Promise<readonly Fields[]> {
	const place = { path: `${api.project}/${name}`, what: `read ${name.replaceAll('_', ' ')}` };
	const rules = (await readOptional(api, place, (body) => readItems(body, name), signal)) ?? [];
	return rules.filter((rule) => {
		const named = readList(rule, 'protected_branches').map(findFields);
		return named.length === 0 || named.some((each) => findText(each, 'name') === branch);
	});
}

function readItems(body: unknown, name: string): readonly Fields[] {
	if (!Array.isArray(body) || body.length > pageSize) throw new UnreadableAnswerError(`no list ${name}`);
	return body.map((each) => asFields(each, name));
}
