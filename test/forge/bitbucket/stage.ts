import type { ExecutionContext } from 'ava';
import { createBitbucketForge } from '../../../src/forge/bitbucket/bitbucket-forge.ts';
import type { TokenSource } from '../../../src/forge/http/token-source.ts';
import { createProxiedFetch } from '../../../src/forge/proxied-fetch.ts';
import type { Forge } from '../../../src/model/ports/forge.ts';
import type { ForgeRole, ForgeUnderTest, WrittenReview } from '../../support/forge-under-test.ts';
import { createImpatientClock, type ImpatientClock } from '../../support/impatient-clock.ts';
import { type BitbucketState, pushCommit } from './bitbucket-state.ts';
import { type FakeBitbucket, startFakeBitbucket } from './fake-bitbucket.ts';

export interface BitbucketStage extends ForgeUnderTest {
	readonly fake: FakeBitbucket;
	readonly clock: ImpatientClock;
	/** The port with other tokens. */
	connect(tokens: TokenSource): Forge;
}

const tenLines = Array.from({ length: 10 }, (_, line) => `line-${line + 1}: 1\n`).join('');

const roles: readonly ForgeRole[] = ['admin', 'spillway', 'writer', 'reader', 'stranger'];
const rights = {
	admin: 'admin',
	spillway: 'write',
	writer: 'write',
	reader: 'read',
	stranger: undefined,
} as const;

/** Accounts are known by their uuids. */
const logins = Object.fromEntries(
	roles.map((role, index) => [role, `0000000${index + 1}-0000-4000-8000-000000000000`]),
) as Readonly<Record<ForgeRole, string>>;

/** The adapter before a Bitbucket of its own. */
export async function setBitbucketStage(t: ExecutionContext): Promise<BitbucketStage> {
	const clock = createImpatientClock();
	const fake = await startFakeBitbucket(t, {
		now: clock.now,
		files: { 'README.md': tenLines, 'web.yaml': tenLines },
	});
	const { state } = fake;
	for (const role of roles) {
		fake.credentials.set(`Bearer ${role}-token`, logins[role]);
		state.people.set(logins[role], rights[role]);
		state.nicknames.set(logins[role], role);
	}
	const connect = (tokens: TokenSource, name = state.name): Forge =>
		createBitbucketForge({
			apiUrl: fake.baseUrl,
			webUrl: `https://bitbucket.test/${state.workspace}/${name}`,
			workspace: state.workspace,
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
function act(state: BitbucketState): Acts {
	const find = (number: number) => state.pulls.find((each) => each.id === number);
	return {
		isVirtual: true,
		push: async (branch, files) => pushCommit(state, branch, files),
		pushMany: (branches) => {
			for (const branch of branches) pushCommit(state, branch, { [branch]: 'x: 1\n' });
			return Promise.resolve();
		},
		deleteBranch: async (branch) => state.commits.remove(branch),
		show: async (branch, path) => state.commits.files(branch).get(path),
		protect: (pattern, { requiredApprovals = 0, requiredChecks = [] }) => {
			const rule = { pattern, users: [] };
			state.restrictions.push(
				{ ...rule, kind: 'push', value: null, users: [logins.admin] },
				{ ...rule, kind: 'require_approvals_to_merge', value: requiredApprovals },
				{ ...rule, kind: 'require_passing_builds_to_merge', value: requiredChecks.length },
			);
			return Promise.resolve();
		},
		approve: async (number, by) => void find(number)?.approvals.add(logins[by]),
		reviews: async (number) => listReviews(state, number),
		reviewers: async (number) => find(number)?.reviewers ?? [],
		openFromFork: async (head) => openFromFork(state, head),
		pause: async () => undefined,
	};
}

/** Remarks, up to the comment that they go with. */
function listReviews(state: BitbucketState, number: number): readonly WrittenReview[] {
	const reviews: WrittenReview[] = [];
	let remarks: WrittenReview['remarks'] = [];
	for (const { inline, raw: body } of state.comments.filter((each) => each.pull === number)) {
		if (inline === undefined) {
			reviews.push({ body, remarks });
			remarks = [];
		} else remarks = [...remarks, { path: inline.path, line: inline.to, body }];
	}
	return reviews;
}

function openFromFork(state: BitbucketState, head: string): number {
	state.now += 1_000;
	const id = state.pulls.length + 1;
	state.pulls.push({
		id,
		head,
		base: 'main',
		source: 'stan/config',
		author: logins.stranger,
		createdAt: state.now,
		updatedAt: state.now,
		title: 'from a fork',
		description: '',
		isDraft: false,
		state: 'OPEN',
		commit: state.commits.commitAside('main', { 'fork.yaml': 'x: 1\n' }),
		reviewers: [],
		approvals: new Set(),
	});
	return id;
}
