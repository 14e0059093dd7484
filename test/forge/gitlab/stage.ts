import type { ExecutionContext } from 'ava';
import { createGitLabForge } from '../../../src/forge/gitlab/gitlab-forge.ts';
import type { TokenSource } from '../../../src/forge/http/token-source.ts';
import { createProxiedFetch } from '../../../src/forge/proxied-fetch.ts';
import type { Forge } from '../../../src/model/ports/forge.ts';
import type { ForgeRole, ForgeUnderTest, WrittenReview } from '../../support/forge-under-test.ts';
import { createImpatientClock, type ImpatientClock } from '../../support/impatient-clock.ts';
import { type FakeGitLab, startFakeGitLab } from './fake-gitlab.ts';
import { deleteBranch, type FakeMerge, type GitLabState, pushCommit, runAutoMerges } from './gitlab-state.ts';

export interface GitLabStage extends ForgeUnderTest {
	readonly fake: FakeGitLab;
	readonly clock: ImpatientClock;
	/** The port with other tokens. */
	connect(tokens: TokenSource): Forge;
}

/** The files of the first commit. */
const tenLines = Array.from({ length: 10 }, (_, line) => `line-${line + 1}: 1\n`).join('');

const logins = { admin: 'ada', spillway: 'spillway.bot', writer: 'wil', reader: 'rita', stranger: 'stan' };
const levels = { admin: 40, spillway: 30, writer: 30, reader: 20, stranger: 0 } as const;

/** The adapter before a GitLab of its own. */
export async function setGitLabStage(t: ExecutionContext): Promise<GitLabStage> {
	const clock = createImpatientClock();
	const files = { 'README.md': tenLines, 'web.yaml': tenLines };
	const fake = await startFakeGitLab(t, { now: clock.now, files });
	const { state } = fake;
	for (const [role, login] of Object.entries(logins)) {
		fake.tokens.set(`${role}-token`, login);
		state.people.set(login, levels[role as ForgeRole]);
	}
	const connect = (tokens: TokenSource, projectPath = state.path): Forge =>
		createGitLabForge({
			apiUrl: fake.baseUrl,
			webUrl: `https://gitlab.test/${state.path}`,
			projectPath,
			tokens,
			fetch: createProxiedFetch({ environment: {} }),
			clock,
			random: () => 0.5,
		});
	const as = (role: ForgeRole | 'impostor', path?: string): Forge =>
		connect({ token: async () => `${role}-token` }, path);
	const missing = as('spillway', 'acme/missing');
	return { fake, clock, connect, as, forge: as('spillway'), missing, logins, ...act(state) };
}

type Acts = Omit<ForgeUnderTest, 'forge' | 'as' | 'missing' | 'logins'>;

/** What people and git do. */
function act(state: GitLabState): Acts {
	const find = (number: number): FakeMerge | undefined => state.merges.find((each) => each.iid === number);
	return {
		isVirtual: true,
		push: async (branch, files) => pushCommit(state, branch, files),
		pushMany: (branches) => {
			for (const branch of branches) pushCommit(state, branch, { [branch]: 'x: 1\n' });
			return Promise.resolve();
		},
		deleteBranch: async (branch) => deleteBranch(state, branch, logins.writer),
		show: async (branch, path) => state.commits.files(branch).get(path),
		protect: (branch, { requiredApprovals = 0, requiredChecks = [] }) => {
			state.protectedBranches.add(branch);
			state.approvals.set(branch, requiredApprovals);
			state.checks.set(branch, requiredChecks);
			state.mustPassPipeline = requiredChecks.length > 0;
			return Promise.resolve();
		},
		approve: (number, by) => {
			find(number)?.approvals.add(logins[by]);
			return Promise.resolve(runAutoMerges(state));
		},
		reviews: async (number) => listReviews(state, number),
		reviewers: async (number) => find(number)?.reviewers ?? [],
		openFromFork: (head) => Promise.resolve(openFromFork(state, head)),
		pause: async () => undefined,
	};
}

/** Remarks, up to the note that they go with. */
function listReviews(state: GitLabState, number: number): readonly WrittenReview[] {
	const reviews: WrittenReview[] = [];
	let remarks: WrittenReview['remarks'] = [];
	for (const { place, body } of state.notes.filter((each) => each.merge === number && !each.isSystem)) {
		if (place === undefined) {
			reviews.push({ body, remarks });
			remarks = [];
		} else remarks = [...remarks, { ...place, body }];
	}
	return reviews;
}

function openFromFork(state: GitLabState, head: string): number {
	state.now += 1_000;
	const iid = state.nextIid;
	state.nextIid += 1;
	state.merges.push({
		iid,
		head,
		base: 'main',
		sourceProject: state.projectId + 1,
		author: logins.stranger,
		createdAt: state.now,
		updatedAt: state.now,
		title: 'from a fork',
		description: '',
		state: 'opened',
		sha: state.commits.commitAside('main', { 'fork.yaml': 'x: 1\n' }),
		labels: [],
		reviewers: [],
		approvals: new Set(),
	});
	return iid;
}
