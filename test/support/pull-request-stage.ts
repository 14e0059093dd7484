// A repository and a forge in memory, with the keeper of pull requests between them and policies that a test plays.
import type { ExecutionContext } from 'ava';
import { createEditSource } from '../../src/deliver/edit-source.ts';
import { createPullRequests, type PullRequestKeeper } from '../../src/deliver/pull-request/pull-requests.ts';
import type { PullRequestChange } from '../../src/model/change.ts';
import type { PolicyKey } from '../../src/model/names.ts';
import { defaultPullRequests, type PullRequestSettings } from '../../src/model/policy.ts';
import type { Forge, Login, PullRequest } from '../../src/model/ports/forge.ts';
import type { Branches, Repository } from '../../src/model/ports/repository.ts';
import { formatBranch, type PullRequestNews } from '../../src/model/pull-request.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import type { Weights } from '../../src/model/weights.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { createForgeCore, type ForgeCore } from '../../src/simulator/forge/forge-core.ts';
import type { HostedRepository } from '../../src/simulator/forge/hosted-repository.ts';
import { createMemoryForgeRepository } from '../../src/simulator/forge/memory-forge-repository.ts';
import { createMemoryForge, type MemoryForge } from '../../src/simulator/memory-forge.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';

export interface PullRequestStageOptions {
	readonly files: NewFiles;
	readonly settings?: Partial<PullRequestSettings>;
	/** What stands between the keeper and the servers. */
	readonly wrap?: (servers: Servers) => Servers;
}

export interface Servers {
	readonly repository: Repository & Branches;
	readonly forge: Forge;
}

export interface PullRequestStage {
	readonly clock: VirtualClock;
	readonly repository: MemoryRepository;
	readonly core: ForgeCore;
	readonly hosted: HostedRepository;
	/** As somebody's token sees it: `ada` and `spillway` may write, `eve` may read. */
	as(login: Login): MemoryForge;
	readonly news: readonly PullRequestNews[];
	/** Policies that were woken, each time. */
	readonly woken: readonly PolicyKey[];
	/** The keeper of the process that runs now. */
	keeper(): PullRequestKeeper;
	/** A process that remembers nothing takes the place of the one before, which is stopped where it stands. */
	restart(wrap?: PullRequestStageOptions['wrap']): Promise<void>;
	/** Says what a change's policy wants, as a pass does, and lets so much time pass; the answer then. */
	ask(change: PullRequestChange, span?: Milliseconds): Promise<Receipt>;
	/** The policy wants nothing, as the weights from before are right, and so much time passes. */
	rest(change: PullRequestChange, span?: Milliseconds): Promise<void>;
	/** The same where these weights are live. */
	restOn(change: PullRequestChange, weights: Weights, span?: Milliseconds): Promise<void>;
	/** All pull requests of a change's group, the oldest first. */
	pulls(change: PullRequestChange): Promise<readonly PullRequest[]>;
	/** A file's text on a branch; '' where there is none. */
	text(path: string, branch?: string): Promise<string>;
}

const { signal } = new AbortController();

export const repositoryName = 'shop/config';

export async function startPullRequestStage(
	t: Pick<ExecutionContext, 'teardown'>,
	options: PullRequestStageOptions,
): Promise<PullRequestStage> {
	const { files, settings, wrap = (servers) => servers } = options;
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files });
	const people = ['shop', 'spillway', 'ada', 'eve'].map((login) => ({ login, token: `token-of-${login}` }));
	const core = createForgeCore({ clock, users: people });
	const git = createMemoryForgeRepository(repository.server);
	const rights = { spillway: 'write', ada: 'write', eve: 'read' } as const;
	const hosted = await core.addRepository({ owner: 'shop', name: 'config', git, rights });
	const as = (user: Login) => createMemoryForge(core, { repository: repositoryName, user });
	const news: PullRequestNews[] = [];
	const woken: PolicyKey[] = [];
	const askers = new Map<PolicyKey, PullRequestChange>();
	let stop = new AbortController();
	let keeper: PullRequestKeeper;
	let running: Promise<void> = Promise.resolve();

	const start = (between: NonNullable<PullRequestStageOptions['wrap']>): void => {
		const servers = between({ repository, forge: as('spillway') });
		stop = new AbortController();
		keeper = createPullRequests({
			...servers,
			editor: manifestEditor,
			text: createPullRequestText(),
			edits: createEditSource({ repository: servers.repository, editor: manifestEditor, clock }),
			clock,
			random: () => 0.5,
			author: { name: 'Spillway', email: 'bot@spillway.dev' },
			commits: () => ({}),
			settings: () => ({ ...defaultPullRequests, ...settings }),
			leads: () => true,
			wake: (policies) => void woken.push(...policies),
			onNews: (each) => void news.push(each),
		});
		declare();
		running = keeper.run(stop.signal).catch(() => undefined);
	};
	const declare = (): void => {
		keeper.declare([...askers.values()].map(({ policy, group }) => ({ policy, groups: bothGroups(group) })));
	};
	const introduce = (change: PullRequestChange): void => {
		if (askers.has(change.policy)) return;
		askers.set(change.policy, change);
		declare();
	};
	const restOn = async (change: PullRequestChange, weights: Weights, span = 5_000): Promise<void> => {
		introduce(change);
		const { policy, target, edit } = change;
		const why = { kind: 'unneeded', weights, reasons: [{ code: 'InPlace', weights }] } as const;
		keeper.rest({ policy, target, folder: edit.folder }, why);
		await clock.advance(span);
	};
	start(wrap);
	t.teardown(async () => {
		stop.abort();
		await running;
	});
	return {
		clock,
		repository,
		core,
		hosted,
		as,
		news,
		woken,
		keeper: () => keeper,
		async restart(between = (servers) => servers) {
			stop.abort();
			await clock.advance(0);
			start(between);
		},
		async ask(change, span = 5_000) {
			introduce(change);
			await keeper.deliver(change, signal);
			await clock.advance(span);
			return await keeper.deliver(change, signal);
		},
		rest: (change, span) => restOn(change, change.shift.from, span),
		restOn,
		async pulls({ group }) {
			return (await as('ada').findByHead(formatBranch(group), signal)).toReversed();
		},
		async text(path, branch = 'main') {
			const tip =
				branch === 'main'
					? await repository.refresh(signal)
					: (await repository.branches(branch, signal)).get(branch);
			const file = tip === undefined ? undefined : await repository.file(tip, path, signal);
			return file === undefined ? '' : Buffer.from(await repository.read(file.blob, signal)).toString();
		},
	};
}

function bothGroups({ name }: PullRequestChange['group']): readonly PullRequestChange['group'][] {
	return [
		{ move: 'failover', name },
		{ move: 'failback', name },
	];
}
