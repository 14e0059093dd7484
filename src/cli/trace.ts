import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository } from '../git/mirror.ts';
import type { ExitStatus } from '../model/catalogue.ts';
import type { Random } from '../model/ports/clock.ts';
import type { Repository } from '../model/ports/repository.ts';
import { formatProblem, ProblemError, problem } from '../model/problem.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { type ClusterDirectory, createClusterDirectory } from './cluster-directory.ts';
import { type GitFlags, openGitAccess } from './git-access.ts';
import type { Home } from './home.ts';
import type { RunMode } from './run-mode.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { describeTrace } from './trace/describe.ts';
import { type FollowParts, followPolicy } from './trace/follow.ts';
import { renderTrace } from './trace/render.ts';
import { lookAtSyncer } from './trace/syncer-look.ts';
import type { TraceFacts } from './trace/trace-facts.ts';
import { judge, type Verdict } from './trace/verdict.ts';

export interface TraceOptions
	extends Pick<GitFlags, 'gitCredentials' | 'gitSecret' | 'credentialHelper' | 'kubeconfig' | 'context'> {
	readonly repo: string;
	readonly branch: string;
	/** The target's, where several policies have a target of one name. */
	readonly cluster?: string | undefined;
	readonly allowInsecureGit: boolean;
	readonly allowInsecureKube: boolean;
	readonly output: 'text' | 'json';
	readonly timeout: Milliseconds;
}

const clock = systemClock;
const random: Random = Math.random;

/**
 * Follows one policy from its file over its last commit to the live weights, and changes nothing. Exits with 1 when
 * something differs, with 78 when the cluster cannot say.
 */
export async function trace(name: string, options: TraceOptions, terminal: Terminal): Promise<ExitStatus> {
	const facts = await openAndFollow(name, options, terminal);
	const verdict = judge(facts);
	if (options.output === 'json')
		terminal.out(`${JSON.stringify(describeTrace(facts, verdict), undefined, 2)}\n`);
	else terminal.out(renderTrace(facts, verdict, terminal));
	return statuses[verdict.kind];
}

const statuses: Readonly<Record<Verdict['kind'], ExitStatus>> = { inStep: 0, differs: 1, unknown: 78 };

async function openAndFollow(name: string, options: TraceOptions, terminal: Terminal): Promise<TraceFacts> {
	const { timeout, cluster, context, repo } = options;
	const deadline = AbortSignal.timeout(timeout);
	const signal = AbortSignal.any([terminal.signal, deadline]);
	const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
	const connections = openConnections(options, terminal);
	try {
		const parts: FollowParts = {
			repository: await openTraced(options, { folder, terminal, openClusters: connections.open }, signal),
			openClusters: (target) =>
				connections.open(
					context === undefined ? undefined : { name: target, access: { kind: 'context', context } },
				),
			clock,
			random,
			lookAt: lookAtSyncer,
			onProblem: (found) => terminal.err(`${formatProblem(found)}\n`),
		};
		return await followPolicy(parts, { name, cluster }, signal);
	} catch (error) {
		if (terminal.signal.aborted || !deadline.aborted || error instanceof ProblemError) throw error;
		const message = `no answer within ${formatDuration(timeout)}`;
		const late = problem('E_GIT_UNREACHABLE', { where: { kind: 'named', name: repo }, message });
		throw new ProblemError(late, { cause: error });
	} finally {
		await connections.close();
		await rm(folder, { recursive: true, force: true });
	}
}

interface Connections {
	readonly open: (home: Home | undefined) => ClusterDirectory;
	readonly close: () => Promise<void>;
}

function openConnections(
	{ kubeconfig, allowInsecureKube: allowInsecure }: TraceOptions,
	{ env: environment }: Terminal,
): Connections {
	const directories: ClusterDirectory[] = [];
	return {
		open(home) {
			const opened = createClusterDirectory({ clock, random, kubeconfig, allowInsecure, environment, home });
			directories.push(opened);
			return opened;
		},
		async close() {
			await Promise.all(directories.map((directory) => directory.close()));
		},
	};
}

interface RepositoryParts {
	readonly folder: string;
	readonly terminal: Terminal;
	readonly openClusters: Connections['open'];
}

async function openTraced(
	options: TraceOptions,
	{ folder, terminal: { env: environment }, openClusters }: RepositoryParts,
	signal: AbortSignal,
): Promise<Repository> {
	const { repo: url, branch, allowInsecureGit: allowInsecure } = options;
	const mode: RunMode = { repo: url, hub: true };
	const flags: GitFlags = { ...options, mode, environment, leaderElect: false, shards: 1, writes: false };
	const home = undefined;
	const access = await openGitAccess(flags, { url, clock, home, clusters: openClusters(home), openClusters });
	const mirror = { url, branch, folder: join(folder, 'mirror.git'), allowInsecure, environment };
	return await openRepository({ ...mirror, ...access }, signal);
}
