import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { createGiteaForge } from '../../src/forge/gitea/gitea-forge.ts';
import type { HttpFetch } from '../../src/forge/http/fetch.ts';
import { createProxiedFetch } from '../../src/forge/proxied-fetch.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Forge } from '../../src/model/ports/forge.ts';
import type { BranchRules, ForgeRole, ForgeUnderTest, WrittenReview } from './forge-under-test.ts';
import { type BareRepository, createBareRepository } from './git-remote.ts';
import type { GiteaRole, GiteaUnderTest } from './play-gitea.ts';

export interface GiteaForgeParts {
	readonly gitea: GiteaUnderTest;
	/** Of a repository that is not there yet. */
	readonly name: string;
	readonly clock: Clock;
	readonly fetch?: HttpFetch;
	/** Default: 50 ms of real time. */
	readonly pause?: () => Promise<void>;
}

/** Who plays whom. */
const roles: Readonly<Record<ForgeRole, GiteaRole>> = {
	admin: 'owner',
	spillway: 'writer',
	writer: 'reviewer',
	reader: 'reader',
	stranger: 'stranger',
};

interface Stage {
	readonly gitea: GiteaUnderTest;
	readonly repository: Awaited<ReturnType<GiteaUnderTest['createRepository']>>;
	/** What is pushed is made here. */
	readonly workshop: BareRepository;
}

/** The adapter on a new repository of a Gitea, or of what stands in for one. */
export async function openGiteaForge(
	t: ExecutionContext,
	{ gitea, name, clock, fetch, pause = () => setTimeout(50) }: GiteaForgeParts,
): Promise<ForgeUnderTest> {
	const repository = await gitea.createRepository(name);
	const { origin } = new URL(repository.urlOf(gitea.users.owner));
	const [owner = ''] = repository.fullName.split('/');
	const send = fetch ?? createProxiedFetch({ environment: {} });
	const open = (token: string, at: string): Forge =>
		createGiteaForge({
			apiUrl: `${origin}/api/v1`,
			webUrl: `${origin}/${owner}/${at}`,
			owner,
			name: at,
			tokens: { token: async () => token },
			fetch: send,
			clock,
			random: () => 0.5,
			pacing: 0,
		});
	const workshop = await createBareRepository(t, {}, 'work');
	const stage: Stage = { gitea, repository, workshop };
	const tokenOf = (role: ForgeRole): string => gitea.users[roles[role]].token;
	return {
		forge: open(tokenOf('spillway'), name),
		as: (role) => open(role === 'impostor' ? 'impostor-token' : tokenOf(role), name),
		missing: open(tokenOf('spillway'), `${name}-missing`),
		logins: {
			admin: gitea.users.owner.name,
			spillway: gitea.users.writer.name,
			writer: gitea.users.reviewer.name,
			reader: gitea.users.reader.name,
			stranger: gitea.users.stranger.name,
		},
		pause,
		...describeBranches(stage),
		...describePeople(stage),
		openFromFork: (branch) => openFromFork(stage, branch),
	};
}

function describeBranches(stage: Stage): Pick<ForgeUnderTest, 'push' | 'pushMany' | 'deleteBranch' | 'show'> {
	const { gitea, repository, workshop } = stage;
	const url = repository.urlOf(gitea.users.reviewer);
	// The base is the owner's to push to, who may be the only one.
	const fetchAll = () =>
		workshop.git('fetch', '--quiet', '--prune', url, '+refs/heads/*:refs/remotes/forge/*');
	const has = async (branch: string) =>
		(await workshop.git('for-each-ref', `refs/remotes/forge/${branch}`)) !== '';
	return {
		async push(branch, files) {
			await fetchAll();
			const base = (await has(branch)) ? branch : 'main';
			await workshop.git('update-ref', 'refs/heads/work', `refs/remotes/forge/${base}`);
			const commit = await workshop.commit(files, `edit ${Object.keys(files).join(', ')}`);
			await workshop.git('push', '--quiet', url, `${commit}:refs/heads/${branch}`);
			return commit;
		},
		async pushMany(branches) {
			await fetchAll();
			await workshop.git('update-ref', 'refs/heads/work', 'refs/remotes/forge/main');
			const commit = await workshop.commit({ 'many.txt': 'many\n' }, 'many');
			await workshop.git('push', '--quiet', url, ...branches.map((each) => `${commit}:refs/heads/${each}`));
		},
		async deleteBranch(branch) {
			await workshop.git('push', '--quiet', url, `:refs/heads/${branch}`);
		},
		async show(branch, path) {
			await fetchAll();
			const place = `refs/remotes/forge/${branch}`;
			const listed = await workshop.git('ls-tree', '--name-only', place, path);
			return listed === '' ? undefined : await workshop.git('show', `${place}:${path}`);
		},
	};
}

function describePeople({
	gitea,
	repository,
}: Stage): Pick<ForgeUnderTest, 'protect' | 'approve' | 'reviews' | 'reviewers'> {
	const { owner } = gitea.users;
	const call = async (by: { readonly token: string }, method: string, path: string, body?: object) => {
		const reply = await gitea.call(by, method, `${repository.path}${path}`, body);
		if (reply.status >= 300)
			throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
		return reply.body;
	};
	return {
		async protect(branch, { requiredApprovals = 0, requiredChecks = [] }: BranchRules) {
			await call(owner, 'POST', '/branch_protections', {
				rule_name: branch,
				required_approvals: requiredApprovals,
				enable_status_check: requiredChecks.length > 0,
				status_check_contexts: requiredChecks,
			});
		},
		async approve(number, by) {
			await call(gitea.users[roles[by]], 'POST', `/pulls/${number}/reviews`, { event: 'APPROVED' });
		},
		async reviews(number) {
			const reviews = (await call(owner, 'GET', `/pulls/${number}/reviews`)) as readonly {
				readonly id: number;
				readonly body: string;
				readonly state: string;
			}[];
			const written = reviews.filter(({ state }) => state === 'COMMENT');
			return await Promise.all(
				written.map(async ({ id, body }): Promise<WrittenReview> => {
					const comments = await call(owner, 'GET', `/pulls/${number}/reviews/${id}/comments`);
					const remarks = comments as readonly { path: string; position: number; body: string }[];
					return {
						body,
						remarks: remarks.map((each) => ({ path: each.path, line: each.position, body: each.body })),
					};
				}),
			);
		},
		async reviewers(number) {
			const pull = (await call(owner, 'GET', `/pulls/${number}`)) as {
				readonly requested_reviewers: readonly { readonly login: string }[] | null;
			};
			return (pull.requested_reviewers ?? []).map(({ login }) => login);
		},
	};
}

async function openFromFork({ gitea, repository, workshop }: Stage, branch: string): Promise<number> {
	const { stranger } = gitea.users;
	const forked = await gitea.call(stranger, 'POST', `${repository.path}/forks`, {});
	if (forked.status >= 300) throw new Error(`fork: ${forked.status} ${JSON.stringify(forked.body)}`);
	const url = repository
		.urlOf(stranger)
		.replace(repository.fullName, `${stranger.name}/${repository.path.split('/').at(-1)}`);
	await workshop.git('fetch', '--quiet', url, '+refs/heads/main:refs/heads/work');
	const commit = await workshop.commit({ 'theirs.txt': 'theirs\n' }, 'theirs');
	await workshop.git('push', '--quiet', url, `${commit}:refs/heads/${branch}`);
	const body = { head: `${stranger.name}:${branch}`, base: 'main', title: 'theirs' };
	const opened = await gitea.call(stranger, 'POST', `${repository.path}/pulls`, body);
	return (opened.body as { readonly number: number }).number;
}
