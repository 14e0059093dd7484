// A config repository and a forge in memory, people who open pull requests, and the policy review of one Spillway.
import type { ExecutionContext } from 'ava';
import { viewMerged } from '../../src/cli/policy-review/merged-view.ts';
import { createPolicyReview, type PolicyReview } from '../../src/cli/policy-review/policy-review.ts';
import { type ReadChange, readChange } from '../../src/cli/policy-review/read-change.ts';
import type { PolicyReviewParts } from '../../src/cli/policy-review/session.ts';
import type { Decision } from '../../src/model/decision.ts';
import type { ClusterName, PolicyKey } from '../../src/model/names.ts';
import type { CheckState, Login } from '../../src/model/ports/forge.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createForgeCore, type ForgeCore } from '../../src/simulator/forge/forge-core.ts';
import type { HostedRepository } from '../../src/simulator/forge/hosted-repository.ts';
import { createMemoryForgeRepository } from '../../src/simulator/forge/memory-forge-repository.ts';
import type { StoredReview } from '../../src/simulator/forge/records.ts';
import { createMemoryForge, type MemoryForge } from '../../src/simulator/memory-forge.ts';
import type { FileChanges, NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { configFiles } from './config-repository.ts';
import { createLogLines, type LogLines } from './log-lines.ts';

/** How a head's status stands. */
export interface SeenStatus {
	readonly state: CheckState;
	readonly description: string;
}

export interface OpenPull {
	readonly number: number;
	readonly branch: string;
	head(): CommitId;
	status(): SeenStatus | undefined;
	reviews(): readonly StoredReview[];
	/** Of Spillway, as they are now. */
	comments(): readonly string[];
	/** Another commit on top of the head. */
	push(changes: FileChanges): void;
	/** Puts the head on another commit, as a forced push does. */
	rewrite(commit: CommitId): void;
}

export interface PullOptions {
	/** `ada` unless told otherwise: she may write, `eve` may not. */
	readonly by?: Login;
	/** The repository that the head is in, where it is a fork. */
	readonly fork?: string;
	readonly branch?: string;
	readonly base?: string;
}

export interface PlanCall {
	readonly policies: readonly PolicyKey[];
	readonly clusters: readonly ClusterName[];
}

export interface PolicyReviewStage {
	readonly clock: VirtualClock;
	readonly repository: MemoryRepository;
	readonly core: ForgeCore;
	readonly forge: MemoryForge;
	readonly log: LogLines;
	/** What was to be planned, each time. */
	readonly planned: readonly PlanCall[];
	review(): PolicyReview;
	open(changes: FileChanges, options?: PullOptions): Promise<OpenPull>;
	/** Somebody commits to the base. */
	commit(changes: FileChanges): CommitId;
	/** Lets time pass; a minute is a round. */
	pass(span?: Milliseconds): Promise<void>;
	/** A process that remembers nothing takes the place of the one before, or stands beside it. */
	start(overrides?: Partial<PolicyReviewParts>): PolicyReview;
	stop(): Promise<void>;
}

/** Without a thread: time is not real here. */
export const readHere: ReadChange = (repository, change, signal) =>
	readChange(viewMerged(repository, change), change, signal);

/** What each policy decides, but for those that are told otherwise. */
export const hold: Decision = { kind: 'hold', reasons: [{ code: 'NothingEligible' }] };

export interface StageOptions {
	readonly files?: NewFiles;
	readonly parts?: Partial<PolicyReviewParts>;
	/** Nothing runs, and nobody hints, before that is asked for. */
	readonly isIdle?: boolean;
}

export async function startPolicyReviewStage(
	t: Pick<ExecutionContext, 'teardown'>,
	{ files = configFiles, parts = {}, isIdle = false }: StageOptions = {},
): Promise<PolicyReviewStage> {
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files });
	const core = createForgeCore({
		clock,
		users: ['shop', 'spillway', 'ada', 'eve'].map((login) => ({ login })),
	});
	const git = createMemoryForgeRepository(repository.server);
	const rights = { spillway: 'write', ada: 'write', eve: 'read' } as const;
	const hosted = await core.addRepository({ owner: 'shop', name: 'config', git, rights });
	const forge = createMemoryForge(core, { repository: 'shop/config', user: 'spillway' });
	const log = createLogLines();
	const planned: PlanCall[] = [];
	const stop = new AbortController();
	const running: Promise<void>[] = [];
	let review: PolicyReview;
	let life = new AbortController();

	const start = (overrides: Partial<PolicyReviewParts> = {}): PolicyReview => {
		review = createPolicyReview({
			forge,
			branch: 'main',
			openRepository: async () => await Promise.resolve(repository),
			clock,
			random: () => 0.5,
			log,
			name: 'east',
			leads: () => true,
			clusters: () => new Set(['east']),
			readChange: readHere,
			plan: async (policies, clusters) => {
				planned.push({ policies: policies.map(({ key }) => key), clusters: [...clusters] });
				return await Promise.resolve(new Map(policies.map(({ key }) => [key, hold])));
			},
			...parts,
			...overrides,
		});
		life = new AbortController();
		running.push(review.run(AbortSignal.any([life.signal, stop.signal])));
		return review;
	};
	t.teardown(async () => {
		stop.abort();
		await Promise.all(running);
	});
	if (!isIdle) start();

	let last = 0;
	return {
		clock,
		repository,
		core,
		forge,
		log,
		planned,
		start,
		review: () => review,
		commit: (changes) => repository.commitDirectly(changes, 'a change'),
		pass: (span = 60_000) => clock.advance(span),
		async stop() {
			life.abort();
			await clock.advance(0);
		},
		async open(changes, { by = 'ada', fork, branch = `change-${last++}`, base = 'main' } = {}) {
			const commit = repository.commitDirectly(changes, 'a change', {}, branch);
			if (fork !== undefined) repository.deleteBranch(branch);
			const from = fork === undefined ? {} : { fork: { name: fork, commit } };
			const { number } = await hosted.open(by, { title: 'a change', body: '', head: branch, base, ...from });
			// As a webhook would.
			if (!isIdle) review.hint(number);
			return presentPull({ repository, hosted }, number, branch);
		},
	};
}

interface Servers {
	readonly repository: MemoryRepository;
	readonly hosted: HostedRepository;
}

function presentPull({ repository, hosted }: Servers, number: number, branch: string): OpenPull {
	const stored = () => {
		const found = hosted.state.pulls.get(number);
		if (found === undefined) throw new RangeError(`there is no pull request ${number}`);
		return found;
	};
	/** Of a fork there is no branch here: its head is where it is told to be. */
	const move = (commit: CommitId) => {
		const pull = stored();
		if (pull.fork === undefined) repository.moveBranch(commit, branch);
		hosted.state.pulls.set(number, { ...pull, headCommit: commit });
	};
	return {
		number,
		branch,
		head: () => stored().headCommit,
		status() {
			const all = hosted.state.statuses.get(stored().headCommit) ?? [];
			const found = all.findLast(({ context }) => context === 'spillway/policies');
			return found && { state: found.state as CheckState, description: found.description };
		},
		reviews: () => stored().reviews,
		comments: () =>
			stored()
				.comments.filter(({ author }) => author === 'spillway')
				.map(({ body }) => body),
		push(changes) {
			const scratch = 'scratch';
			repository.moveBranch(stored().headCommit, scratch);
			const commit = repository.commitDirectly(changes, 'more', {}, scratch);
			repository.deleteBranch(scratch);
			move(commit);
		},
		rewrite: move,
	};
}
