// The composition root: puts the real parts together and runs them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../model/ports/clock.ts';
import type { Repository } from '../model/ports/repository.ts';
import type { Milliseconds } from '../model/time.ts';
import { createClusterDirectory } from './cluster-directory.ts';
import { findHome, type HomeFlags, openReplica } from './home.ts';
import { type LoopListeners, type LoopParts, runLoop } from './loop.ts';
import type { RunMode } from './run-mode.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';

/** What every command that looks at clusters is told. */
export interface EngineOptions extends HomeFlags {
	readonly mode: RunMode;
	readonly branch: string;
	readonly kubeconfig?: string | undefined;
	/** Asked for a name and a password over https, as git's credential.helper. */
	readonly credentialHelper?: string | undefined;
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
	const clusters = createClusterDirectory({ clock, random, kubeconfig, allowInsecure, environment, home });
	try {
		const repository = await openConfigRepository(options, folder, signal);
		const { mode, pollInterval, writes } = options;
		const parts: LoopParts = {
			clock,
			random,
			repository,
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
		await clusters.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** Git is loaded only where there is a repository. */
async function openConfigRepository(
	options: EngineOptions,
	folder: string,
	signal: AbortSignal,
): Promise<Repository | undefined> {
	const { mode, branch, environment, credentialHelper, allowInsecureGit: allowInsecure } = options;
	if (mode.repo === undefined) return undefined;
	const helper = credentialHelper === undefined ? {} : { credentialHelper };
	const mirror = { url: mode.repo, branch, folder: join(folder, 'mirror.git'), allowInsecure, environment };
	const { openRepository } = await import('../git/mirror.ts');
	return await openRepository({ ...mirror, ...helper }, signal);
}
