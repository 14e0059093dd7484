import { combineStatuses, newestStatuses } from '../commit-statuses.ts';
import type { MergeStyle, ProtectionRule } from '../records.ts';
import { ForgeRefusal, notFound } from '../refusal.ts';
import { permissionOf, requireRight } from '../repository-state.ts';
import {
	type ApiCall,
	type Body,
	noContent,
	type Reply,
	type Route,
	readText,
	readTexts,
	replyPage,
	requireUser,
} from './exchange.ts';
import { showBranch, showRepository, showRule, showStatus, showTime, showUser } from './present.ts';

export const repositoryRoutes: readonly Route[] = [
	{
		pattern: 'GET ',
		call: 'identity',
		handle: async (call) =>
			await Promise.resolve({ status: 200, body: showRepository(call, call.user?.login) }),
	},
	{ pattern: 'PATCH ', call: 'other', handle: configure },
	// An owner without an organisation has none.
	{ pattern: 'GET /teams', call: 'permission', handle: async () => await Promise.resolve({ status: 405 }) },
	{ pattern: 'GET /assignees', call: 'permission', handle: listAssignees },
	{ pattern: 'GET /collaborators/:login/permission', call: 'permission', handle: readPermission },
	{ pattern: 'POST /statuses/:commit', call: 'setStatus', handle: addStatus },
	{
		pattern: 'GET /statuses/:commit',
		call: 'checks',
		async handle(call) {
			const commit = await resolveCommit(call, call.params['commit'] ?? '');
			const all = [...(call.hosted.state.statuses.get(commit) ?? [])].reverse();
			return replyPage(call, all, (status) => showStatus(call, status));
		},
	},
	{ pattern: 'GET /commits/:ref/status', call: 'checks', handle: readChecks },
	{ pattern: 'GET /git/commits/:commit', call: 'read', handle: readCommit },
	{ pattern: 'GET /branch_protections', call: 'protection', handle: listRules },
	{ pattern: 'POST /branch_protections', call: 'protection', handle: addRule },
	{
		pattern: 'GET /branch_protections/*branch',
		call: 'protection',
		async handle(call) {
			requireRight(call.hosted.state, requireUser(call), 'admin');
			const rule = call.hosted.state.rules.find(({ branch }) => branch === call.params['branch']);
			if (rule === undefined) throw notFound();
			return await Promise.resolve({ status: 200, body: showRule(rule) });
		},
	},
	{ pattern: 'GET /branches/*branch', call: 'protection', handle: readBranch },
	{
		pattern: 'DELETE /branches/*branch',
		call: 'other',
		async handle(call) {
			await call.hosted.deleteBranch(requireUser(call), call.params['branch'] ?? '');
			return noContent;
		},
	},
	{ pattern: 'POST /hooks', call: 'other', handle: addHook },
];

async function configure(call: ApiCall): Promise<Reply> {
	const { body, hosted } = call;
	const user = requireUser(call);
	const before = hosted.state.settings;
	const isAllowed = (style: MergeStyle): boolean =>
		flag(body, styleSettings[style]) ?? before.styles.includes(style);
	const preferred = mergeStyles.find((style) => style === body['default_merge_style']);
	await hosted.configure(user, {
		isArchived: flag(body, 'archived') ?? before.isArchived,
		hasPulls: flag(body, 'has_pull_requests') ?? before.hasPulls,
		styles: mergeStyles.filter(isAllowed),
		preferredStyle: preferred ?? before.preferredStyle,
	});
	return { status: 200, body: showRepository(call, user) };
}

const mergeStyles: readonly MergeStyle[] = ['merge', 'squash', 'fast-forward-only'];

const styleSettings: Readonly<Record<MergeStyle, string>> = {
	merge: 'allow_merge_commits',
	squash: 'allow_squash_merge',
	'fast-forward-only': 'allow_fast_forward_only_merge',
};

function flag(body: Body, field: string): boolean | undefined {
	const value = body[field];
	return typeof value === 'boolean' ? value : undefined;
}

const ownOnly =
	'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own';

async function readPermission(call: ApiCall): Promise<Reply> {
	const { hosted, params } = call;
	const user = requireUser(call);
	const login = params['login'] ?? '';
	if (login !== user && hosted.permission(user) !== 'admin') throw new ForgeRefusal(403, ownOnly);
	if (hosted.state.findUser(login) === undefined) throw notFound();
	const permission = login === hosted.state.owner ? 'owner' : permissionOf(hosted.state, login);
	const body = { permission, role_name: permission, user: showUser(call, login) };
	return await Promise.resolve({ status: 200, body });
}

async function listAssignees(call: ApiCall): Promise<Reply> {
	const { owner, rights } = call.hosted.state;
	const others = [...rights].filter(([, right]) => right === 'write' || right === 'admin');
	const logins = [owner, ...others.map(([login]) => login)];
	return await Promise.resolve(replyPage(call, logins, (login) => showUser(call, login)));
}

async function addStatus(call: ApiCall): Promise<Reply> {
	const { hosted, body, params } = call;
	const status = {
		context: readText(body, 'context'),
		state: readText(body, 'state'),
		description: readText(body, 'description'),
		url: readText(body, 'target_url'),
	};
	const stored = await hosted.setStatus(requireUser(call), params['commit'] ?? '', status);
	return { status: 201, body: showStatus(call, stored) };
}

/** A commit by its id, or by the branch that stands at it. */
async function resolveCommit({ hosted }: ApiCall, ref: string): Promise<string> {
	await hosted.look();
	return hosted.state.tips.get(ref) ?? ref;
}

async function readChecks(call: ApiCall): Promise<Reply> {
	const sha = await resolveCommit(call, call.params['ref'] ?? '');
	const statuses = newestStatuses(call.hosted.state, sha);
	const page = replyPage(call, statuses, (status) => showStatus(call, status));
	const facts = { sha, state: combineStatuses(statuses), total_count: statuses.length };
	return { ...page, body: { ...facts, statuses: page.body } };
}

async function readCommit(call: ApiCall): Promise<Reply> {
	const body = await showCommit(call, call.params['commit'] ?? '');
	return { status: 200, body };
}

async function showCommit({ hosted }: ApiCall, id: string): Promise<object> {
	const found = await hosted.git.read(id);
	if (found === undefined) throw notFound();
	const person = { ...found.author, date: showTime(found.at) };
	const message = `${found.message}\n`;
	return {
		...{ id, sha: id, message, parents: found.parents.map((sha) => ({ sha })) },
		commit: { message, author: person, committer: person },
	};
}

async function readBranch(call: ApiCall): Promise<Reply> {
	const branch = call.params['branch'] ?? '';
	await call.hosted.look();
	const tip = call.hosted.state.tips.get(branch);
	if (tip === undefined) throw notFound();
	const commit = await showCommit(call, tip);
	return { status: 200, body: showBranch(call, branch, call.user?.login, commit) };
}

async function listRules(call: ApiCall): Promise<Reply> {
	const { state } = call.hosted;
	requireRight(state, requireUser(call), 'admin');
	return await Promise.resolve({ status: 200, body: state.rules.map(showRule) });
}

async function addRule(call: ApiCall): Promise<Reply> {
	const { body, hosted } = call;
	const checks = body['enable_status_check'] === true ? readTexts(body, 'status_check_contexts') : [];
	const rule: ProtectionRule = {
		branch: readText(body, 'rule_name'),
		mayPush: readPushers(call),
		requiredApprovals: Number(body['required_approvals'] ?? 0),
		requiredContexts: checks,
		blocksOnRejection: body['block_on_rejected_reviews'] === true,
	};
	return { status: 201, body: showRule(await hosted.protect(requireUser(call), rule)) };
}

function readPushers({ body }: ApiCall): ProtectionRule['mayPush'] {
	if (body['enable_push'] !== true) return 'nobody';
	return body['enable_push_whitelist'] === true ? readTexts(body, 'push_whitelist_usernames') : 'writers';
}

async function addHook(call: ApiCall): Promise<Reply> {
	const { body, hosted, hooks } = call;
	requireRight(hosted.state, requireUser(call), 'admin');
	const config = (body['config'] ?? {}) as Readonly<Record<string, unknown>>;
	const url = readText(config, 'url');
	const secret = readText(config, 'secret');
	const events = hooks.add(hosted.fullName, { url, secret, events: readTexts(body, 'events') });
	const shown = { url, content_type: 'json' };
	const answer = { id: hosted.state.nextId(), type: 'gitea', active: true, events, config: shown };
	return await Promise.resolve({ status: 201, body: answer });
}
