import type { BranchProtection, ForgeIdentity } from '../../model/ports/forge.ts';
import { understand } from '../http/client.ts';
import { type Fields, findFields, findText, readList } from '../http/fields.ts';
import type { BitbucketApi } from './bitbucket-api.ts';
import { readForAdmins } from './people.ts';
import { readLogin } from './pull-request.ts';

/** Kinds of restrictions that hold up a push or a merge. */
const holds = /^(push|restrict_merges|require_.+|enforce_merge_checks)$/;

const unknown: BranchProtection = { isProtected: false, requiredChecks: [], requiredApprovals: 0 };

/** Told to admins only. Bitbucket counts the builds that have to pass, and names none of them. */
export async function readProtection(
	api: BitbucketApi,
	branch: string,
	self: ForgeIdentity,
	signal: AbortSignal,
): Promise<BranchProtection> {
	const request = { path: `${api.repository}/branch-restrictions`, what: `read what protects ${branch}` };
	const found = await readForAdmins(api, request, signal);
	if (found === undefined) return unknown;
	return understand(api.client, request, () => {
		const rules = found.filter((rule) => isFor(rule, branch) && holds.test(findText(rule, 'kind') ?? ''));
		const approvals = rules.filter(({ kind }) => kind === 'require_approvals_to_merge');
		const push = rules.find(({ kind }) => kind === 'push');
		const mayPush = push === undefined ? undefined : mayWe(push, self);
		return {
			isProtected: rules.length > 0,
			...(mayPush === undefined ? {} : { mayPush }),
			requiredChecks: [],
			requiredApprovals: Math.max(0, ...approvals.map(({ value }) => Number(value) || 0)),
		};
	});
}

/** Whether we are in a group is not told. */
function mayWe(rule: Fields, { login }: ForgeIdentity): boolean | undefined {
	if (readList(rule, 'users').some((user) => readLogin(findFields(user)) === login)) return true;
	return readList(rule, 'groups').length > 0 ? undefined : false;
}

/** By a pattern in which `*` stands for anything; which branches a branching model means is not told here. */
function isFor(rule: Fields, branch: string): boolean {
	if (rule['branch_match_kind'] === 'branching_model') return false;
	const parts = (findText(rule, 'pattern') ?? '')
		.split('*')
		.map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}$`, 's').test(branch);
}
