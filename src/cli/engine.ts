// The composition root: puts the real parts together and runs them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MirrorRepository } from '../git/mirror.ts';
import type { Random } from '../model/ports/clock.ts';
import type { CommitVerifier } from '../model/ports/commit-verifier.ts';
import type { Milliseconds } from '../model/time.ts';
import { type ClusterDirectory, createClusterDirectory } from './cluster-directory.ts';
import type { ForgeFlags, OpenForge } from './forge/open-forge.ts';
import type { WebhookFlags } from './forge/webhook-listener.ts';
import type { GitAccessParts, GitFlags } from './git-access.ts';
import { findHome, type Home, openReplica } from './home.ts';
import { type LoopListeners, type LoopParts, runLoop } from './loop.ts';
import { createReadApart } from './policy-review/read-apart.ts';
import type { ReviewTools } from './review-task.ts';
import type { RunMode } from './run-mode.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { checkTrustFlags, type TrustFlags } from './trust-flags.ts';

/** What every command that looks at clusters is told. */
export interface EngineOptions extends GitFlags, TrustFlags, ForgeFlags, WebhookFlags {
	readonly mode: RunMode;
	readonly branch: string;
	readonly kubeconfig?: string | undefined;
	readonly allowInsecureGit: boolean;
	readonly allowInsecureKube: boolean;
	/** The process's own; git sees little of it. */
	readonly environment: Terminal['env'];
	/** How often the branch is looked at. */
	readonly pollInterval: Milliseconds;
	/** False for `plan` and `--dry-run`. */
	readonly writes: boolean;
}

const random: Random = Math.random;
const clock = systemClock;

/** Runs until aborted, then ends what is under way and leaves nothing behind. Throws ProblemError on bad options. */
export async function runEngine(
	options: EngineOptions,
	listeners: LoopListeners,
	signal: AbortSignal,
): Promise<void> {
	const { kubeconfig, allowInsecureKube: allowInsecure, environment } = options;
	const home = await findHome(options);
	const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
	const open: { close(): Promise<void> }[] = [];
	const openClusters = (ownHome: Home | undefined): ClusterDirectory => {
		const opened = { clock, random, kubeconfig, allowInsecure, environment, home: ownHome };
		const directory = createClusterDirectory(opened);
		open.push(directory);
		return directory;
	};
	const clusters = openClusters(home);
	try {
		const repositoryParts = { folder, home, clusters, openClusters, open };
		const config = await openConfigRepository(options, repositoryParts, signal);
		const { mode, pollInterval, writes } = options;
		const parts: LoopParts = {
			clock,
			random,
			repository: config?.repository,
			verifier: config?.verifier,
			forge: config?.forge,
			review: config?.review,
			shards: options.shards,
			webhooks: await listenForWebhooks(options, config?.forge),
			clusters,
			mode,
			pollInterval,
			writes,
			openReplica: (homeCluster, replica) => openReplica(options, homeCluster, replica),
		};
		await runLoop(parts, listeners, signal);
	} catch (error) {
		// To be told to stop is no failure, however early.
		if (!signal.aborted || error !== signal.reason) throw error;
	} finally {
		await Promise.all(open.map((each) => each.close()));
		await rm(folder, { recursive: true, force: true });
	}
}

type RepositoryParts = Pick<GitAccessParts, 'home' | 'clusters' | 'openClusters'> & {
	readonly folder: string;
	/** What is closed at the end. */
	readonly open: { close(): Promise<void> }[];
};

interface ConfigRepository {
	readonly repository: MirrorRepository;
	readonly verifier: CommitVerifier | undefined;
	readonly forge: OpenForge | undefined;
	readonly review: ReviewTools | undefined;
}

/** Git is loaded only where there is a repository. */
async function openConfigRepository(
	options: EngineOptions,
	{ folder, open, ...parts }: RepositoryParts,
	signal: AbortSignal,
): Promise<ConfigRepository | undefined> {
	const { mode, branch, environment, allowInsecureGit: allowInsecure } = options;
	checkTrustFlags(options, mode.repo);
	if (mode.repo === undefined) return undefined;
	const mirror = { url: mode.repo, branch, folder: join(folder, 'mirror.git'), allowInsecure, environment };
	const { openGitAccess } = await import('./git-access.ts');
	const access = await openGitAccess(options, { ...parts, url: mode.repo, clock });
	const { openCommitTrust } = await import('./commit-trust.ts');
	const trust = await openCommitTrust(options, { folder, environment }, signal);
	open.push(trust);
	const sign = trust.signer === undefined ? {} : { sign: trust.signer.sign };
	const { openRepository } = await import('../git/mirror.ts');
	const repository = await openRepository({ ...mirror, ...access, ...sign }, signal);
	const verifier = await trust.openVerifier(repository, signal);
	const { credentials } = access;
	const url = mode.repo;
	const { openForge } = await import('./forge/open-forge.ts');
	const forge = openForge(options, { url, clock, random, environment, allowInsecure, credentials });
	const review = forge && {
		openRepository: () =>
			openRepository({ ...mirror, ...access, folder: join(folder, 'review.git') }, signal),
		readChange: createReadApart(clock),
	};
	return { repository, verifier, forge, review };
}

async function listenForWebhooks(
	flags: WebhookFlags,
	forge: OpenForge | undefined,
): Promise<LoopParts['webhooks']> {
	const { webhookListen, webhookSecret } = flags;
	if (webhookListen === undefined && webhookSecret === undefined) return undefined;
	const { openWebhooks } = await import('./forge/webhook-listener.ts');
	return openWebhooks(flags, { forge, clock, random });
}
