import type { ExecutionContext } from 'ava';
import { createGitHubForge } from '../../../src/forge/github/github-forge.ts';
import type { TokenSource } from '../../../src/forge/http/token-source.ts';
import { createProxiedFetch } from '../../../src/forge/proxied-fetch.ts';
import type { Forge } from '../../../src/model/ports/forge.ts';
import type { ForgeRole, ForgeUnderTest } from '../../support/forge-under-test.ts';
import { createImpatientClock, type ImpatientClock } from '../../support/impatient-clock.ts';
import { type FakeGitHub, startFakeGitHub } from './fake-github.ts';
import {
	deleteBranch,
	type FakePull,
	type GitHubState,
	openPull,
	pushCommit,
	runAutoMerges,
} from './github-state.ts';

export interface GitHubStage extends ForgeUnderTest {
	readonly fake: FakeGitHub;
	readonly clock: ImpatientClock;
	/** The port with other tokens. */
	connect(tokens: TokenSource): Forge;
}

/** The files of the first commit. */
const tenLines = Array.from({ length: 10 }, (_, line) => `line-${line + 1}: 1\n`).join('');

const logins = { admin: 'ada', spillway: 'spillway-bot', writer: 'wil', reader: 'rita', stranger: 'stan' };

/** The adapter before a GitHub of its own. */
export async function setGitHubStage(
	t: ExecutionContext,
	{ isEnterprise = false }: { readonly isEnterprise?: boolean } = {},
): Promise<GitHubStage> {
	const clock = createImpatientClock();
	const files = { 'README.md': tenLines, 'web.yaml': tenLines };
	const fake = await startFakeGitHub(t, { now: clock.now, files, isEnterprise });
	const { state } = fake;
	for (const [role, login] of Object.entries(logins)) fake.tokens.set(`${role}-token`, login);
	state.people.set(logins.admin, 'admin').set(logins.spillway, 'write');
	state.people.set(logins.writer, 'write').set(logins.reader, 'read');

	const connect = (tokens: TokenSource, name = 'config'): Forge =>
		createGitHubForge({
			apiUrl: fake.baseUrl,
			webUrl: 'https://github.test/acme/config',
			owner: 'acme',
			name,
			tokens,
			fetch: createProxiedFetch({ environment: {} }),
			clock,
			random: () => 0.5,
		});
	const as = (role: ForgeRole | 'impostor', name?: string): Forge =>
		connect({ token: async () => `${role}-token` }, name);
	return {
		fake,
		clock,
		connect,
		as,
		forge: as('spillway'),
		missing: as('spillway', 'missing'),
		logins,
		...act(state),
	};
}

type Acts = Omit<ForgeUnderTest, 'forge' | 'as' | 'missing' | 'logins'>;

/** What people and git do. */
function act(state: GitHubState): Acts {
	const find = (number: number): FakePull | undefined => state.pulls.find((each) => each.number === number);
	return {
		isVirtual: true,
		push: async (branch, files) => pushCommit(state, branch, files),
		pushMany: (branches) => {
			for (const branch of branches) pushCommit(state, branch, { [branch]: 'x: 1\n' });
			return Promise.resolve();
		},
		deleteBranch: async (branch) => deleteBranch(state, branch, logins.writer),
		show: async (branch, path) => state.commits.files(branch).get(path),
		protect: (branch, { requiredApprovals: approvals, requiredChecks: checks }) => {
			const demanded = {
				...(approvals === undefined ? {} : { approvals }),
				...(checks === undefined ? {} : { checks }),
			};
			state.protections.set(branch, demanded);
			return Promise.resolve();
		},
		approve: (number, by) => {
			find(number)?.approvals.add(logins[by]);
			return Promise.resolve(runAutoMerges(state));
		},
		reviews: async (number) =>
			state.reviews
				.filter(({ pull }) => pull === number)
				.map(({ body, comments }) => ({
					body,
					remarks: comments.map((each) => ({ path: each.path, line: each.line, body: each.body })),
				})),
		reviewers: async (number) => find(number)?.reviewers ?? [],
		openFromFork: (head) => {
			const sha = state.commits.commitAside('main', { 'fork.yaml': 'x: 1\n' });
			const [headOwner, author] = [logins.stranger, logins.stranger];
			const text = { title: 'from a fork', body: '', isDraft: false };
			const { number } = openPull(state, { ...text, head, base: 'main', headOwner, author, sha });
			return Promise.resolve(number);
		},
		pause: async () => undefined,
	};
}
