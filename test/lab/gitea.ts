import { randomUUID } from 'node:crypto';
import type { Owner } from '../support/temporary-folder.ts';
import { buildGitea } from './gitea/build.ts';
import { holdGitea } from './gitea/held-gitea.ts';
import { type CallGitea, createCaller, expectReply } from './gitea/requests.ts';
import type { GiteaServer, GiteaUser } from './gitea/server.ts';

export interface RepositoryOptions {
	readonly owner: GiteaUser;
	readonly name: string;
	/** The first commit of `main`, by path; `readme` is a README.md of Gitea's own. Default: none, which leaves it empty. */
	readonly files?: Readonly<Record<string, string>> | 'readme';
	/** Default: false. */
	readonly private?: boolean;
}

/** A repository of a Gitea. */
export interface GiteaRepository {
	readonly owner: GiteaUser;
	readonly name: string;
	/** Owner and name. */
	readonly fullName: string;
	/** To clone from, without credentials. */
	readonly url: string;
	/** Of the REST API. */
	readonly apiUrl: string;
	/** The same, for `call`. */
	readonly path: string;
	/** To clone from and push to as this user. */
	urlOf(user: Pick<GiteaUser, 'token'>): string;
}

/** What a branch demands; pushes are refused but to those on the list. */
export interface BranchRules {
	/** Default: 0. */
	readonly requiredApprovals?: number;
	/** Contexts that must have succeeded. */
	readonly statusChecks?: readonly string[];
	/** Names of those who may push all the same. */
	readonly pushWhitelist?: readonly string[];
}

export interface WebhookOptions {
	/** On loopback: Gitea calls nothing else here. */
	readonly url: string;
	readonly secret: string;
	/** As Gitea's API calls them: `push`, `pull_request`, `issue_comment`, … */
	readonly events: readonly string[];
}

/** A Gitea with its database, repositories and users in a temporary folder. */
export interface Gitea extends GiteaServer {
	/** Asks the REST API as somebody. */
	readonly call: CallGitea;
	/** Throws where the name is taken. */
	createUser(name: string): Promise<GiteaUser>;
	/** The same user with another token, of these scopes only: `read:repository`, `write:issue`, … */
	limitUser(user: GiteaUser, scopes: readonly string[]): Promise<GiteaUser>;
	createRepository(options: RepositoryOptions): Promise<GiteaRepository>;
	addCollaborator(
		repository: GiteaRepository,
		user: Pick<GiteaUser, 'name'>,
		permission: 'read' | 'write' | 'admin',
	): Promise<void>;
	/** By a rule of the branch's name. */
	protectBranch(repository: GiteaRepository, branch: string, rules?: BranchRules): Promise<void>;
	/** Resolves to its id. */
	addWebhook(repository: GiteaRepository, options: WebhookOptions): Promise<number>;
}

/** Starts a Gitea that goes with its owner. It is built where it is missing and can be. */
export async function startGitea(t: Owner): Promise<Gitea> {
	const gitea = await openGitea();
	t.teardown(gitea.stop);
	return gitea;
}

let shared: Promise<Gitea> | undefined;

/** The Gitea of this process, started at the first call: it goes with the process, which it does not keep. */
export function sharedGitea(): Promise<Gitea> {
	shared ??= openGitea();
	return shared;
}

async function openGitea(): Promise<Gitea> {
	const programs = await buildGitea(() => undefined);
	if (programs === undefined) throw new Error('there is no Gitea, and no C compiler to build it with');
	return describeGitea(await holdGitea(programs));
}

function describeGitea(server: GiteaServer): Gitea {
	const { url, admin } = server;
	const call = createCaller(url);
	return {
		...server,
		call,
		createUser: (name) => createUser(call, admin, name),
		limitUser: (user, scopes) => issueToken(call, user, scopes),
		async createRepository({ owner, name, files = {}, private: isPrivate = false }) {
			const body = { name, default_branch: 'main', private: isPrivate, auto_init: files === 'readme' };
			await expectReply(`repository ${name}`, call(owner, 'POST', '/user/repos', body));
			const repository = describeRepository(url, owner, name);
			if (typeof files === 'object' && Object.keys(files).length > 0) {
				await commitFirst(call, repository, files);
			}
			return repository;
		},
		async addCollaborator({ owner, path }, user, permission) {
			const place = `${path}/collaborators/${user.name}`;
			await expectReply(place, call(owner, 'PUT', place, { permission }));
		},
		async protectBranch({ owner, path }, branch, rules = {}) {
			const place = `${path}/branch_protections`;
			await expectReply(place, call(owner, 'POST', place, describeRules(branch, rules)));
		},
		async addWebhook({ owner, path }, { events, ...config }) {
			const place = `${path}/hooks`;
			const body = { type: 'gitea', config: { ...config, content_type: 'json' }, events, active: true };
			const hook = await expectReply<{ readonly id: number }>(place, call(owner, 'POST', place, body));
			return hook.id;
		},
	};
}

function describeRepository(url: string, owner: GiteaUser, name: string): GiteaRepository {
	const fullName = `${owner.name}/${name}`;
	const path = `/repos/${fullName}`;
	const clone = `${url}/${fullName}.git`;
	return {
		owner,
		name,
		fullName,
		path,
		url: clone,
		apiUrl: `${url}/api/v1${path}`,
		urlOf: ({ token }) => clone.replace('://', `://x-access-token:${token}@`),
	};
}

function describeRules(branch: string, rules: BranchRules): object {
	const { requiredApprovals = 0, statusChecks = [], pushWhitelist = [] } = rules;
	return {
		rule_name: branch,
		required_approvals: requiredApprovals,
		enable_status_check: statusChecks.length > 0,
		status_check_contexts: statusChecks,
		enable_push: pushWhitelist.length > 0,
		enable_push_whitelist: pushWhitelist.length > 0,
		push_whitelist_usernames: pushWhitelist,
		block_on_rejected_reviews: true,
	};
}

async function createUser(call: CallGitea, admin: GiteaUser, name: string): Promise<GiteaUser> {
	const password = `${name}-of-the-lab`;
	const account = {
		username: name,
		email: `${name}@spillway.invalid`,
		password,
		must_change_password: false,
	};
	await expectReply(`user ${name}`, call(admin, 'POST', '/admin/users', account));
	return issueToken(call, { name, password }, ['all']);
}

/** A token is made with the password, as a person does. */
async function issueToken(
	call: CallGitea,
	{ name, password }: Pick<GiteaUser, 'name' | 'password'>,
	scopes: readonly string[],
): Promise<GiteaUser> {
	const place = `/users/${name}/tokens`;
	const body = { name: randomUUID(), scopes };
	const token = await expectReply<{ readonly sha1: string }>(
		place,
		call({ name, password }, 'POST', place, body),
	);
	return { name, password, token: token.sha1 };
}

async function commitFirst(
	call: CallGitea,
	{ owner, path }: GiteaRepository,
	files: Readonly<Record<string, string>>,
): Promise<void> {
	const changes = Object.entries(files).map(([file, text]) => ({
		operation: 'create',
		path: file,
		content: Buffer.from(text).toString('base64'),
	}));
	const body = { branch: 'main', message: 'first commit', files: changes };
	await expectReply(`${path}: first commit`, call(owner, 'POST', `${path}/contents`, body));
}
