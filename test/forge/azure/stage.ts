import type { ExecutionContext } from 'ava';
import { createAzureForge } from '../../../src/forge/azure/azure-forge.ts';
import { basicAuth } from '../../../src/forge/http/basic-auth.ts';
import type { TokenSource } from '../../../src/forge/http/token-source.ts';
import { createProxiedFetch } from '../../../src/forge/proxied-fetch.ts';
import type { Forge } from '../../../src/model/ports/forge.ts';
import type { ForgeRole, ForgeUnderTest, WrittenReview } from '../../support/forge-under-test.ts';
import { createImpatientClock, type ImpatientClock } from '../../support/impatient-clock.ts';
import {
	type AzureState,
	type FakePull,
	pushCommit,
	runAutoCompletes,
	takeId,
	tick,
	types,
} from './azure-state.ts';
import { type FakeAzure, startFakeAzure } from './fake-azure.ts';

export interface AzureStage extends ForgeUnderTest {
	readonly fake: FakeAzure;
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

/** People are known by their ids. */
const logins = Object.fromEntries(
	roles.map((role, index) => [role, `0000000${index + 1}-0000-4000-8000-00000000000a`]),
) as Readonly<Record<ForgeRole, string>>;

/** The adapter before an Azure DevOps of its own. */
export async function setAzureStage(t: ExecutionContext): Promise<AzureStage> {
	const clock = createImpatientClock();
	const fake = await startFakeAzure(t, {
		now: clock.now,
		files: { 'README.md': tenLines, 'web.yaml': tenLines },
	});
	const { state, serviceUrl, peopleUrl } = fake;
	for (const role of roles) {
		fake.credentials.set(basicAuth('', `${role}-token`), logins[role]);
		state.people.set(logins[role], rights[role]);
		state.accounts.set(logins[role], `${role}@acme.test`);
	}
	const connect = (tokens: TokenSource, name = state.name): Forge =>
		createAzureForge({
			serviceUrl,
			peopleUrl,
			webUrl: `https://dev.azure.test/acme/Platform%20Team/_git/${name}`,
			organization: state.organization,
			project: state.project,
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
function act(state: AzureState): Acts {
	const find = (number: number): FakePull | undefined => state.pulls.find((each) => each.id === number);
	return {
		isVirtual: true,
		push: async (branch, files) => pushCommit(state, branch, files),
		pushMany: (branches) => {
			for (const branch of branches) pushCommit(state, branch, { [branch]: 'x: 1\n' });
			return Promise.resolve();
		},
		deleteBranch: async (branch) => state.commits.remove(branch),
		show: async (branch, path) => state.commits.files(branch).get(path),
		protect: (branch, { requiredApprovals = 0, requiredChecks = [] }) => {
			const settings = { minimumApproverCount: requiredApprovals };
			state.policies.push({ branch, type: types.approvals, settings });
			for (const check of requiredChecks) {
				const [statusGenre, statusName] = check.split('/');
				state.policies.push({ branch, type: types.status, settings: { statusGenre, statusName } });
			}
			return Promise.resolve();
		},
		approve: (number, by) => {
			find(number)?.votes.set(logins[by], 10);
			return Promise.resolve(runAutoCompletes(state));
		},
		reviews: async (number) => listReviews(state, number),
		reviewers: async (number) => [...(find(number)?.votes.keys() ?? [])],
		openFromFork: async (head) => openFromFork(state, head),
		pause: async () => undefined,
	};
}

/** Remarks, up to the comment that they go with. */
function listReviews(state: AzureState, number: number): readonly WrittenReview[] {
	const reviews: WrittenReview[] = [];
	let remarks: WrittenReview['remarks'] = [];
	for (const { place, content: body } of state.threads.filter(({ pull }) => pull === number)) {
		if (place === undefined) {
			reviews.push({ body, remarks });
			remarks = [];
		} else remarks = [...remarks, { path: place.path.slice(1), line: place.line, body }];
	}
	return reviews;
}

function openFromFork(state: AzureState, head: string): number {
	const commit = state.commits.commitAside('main', { 'fork.yaml': 'x: 1\n' });
	const id = takeId(state);
	state.pulls.push({
		id,
		head,
		base: 'main',
		isForeign: true,
		author: logins.stranger,
		createdAt: tick(state),
		isDraft: false,
		title: 'from a fork',
		description: '',
		status: 'active',
		commit,
		iterations: [commit],
		mergeStatus: 'queued',
		labels: new Map(),
		votes: new Map(),
	});
	return id;
}
