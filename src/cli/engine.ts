// The composition root: puts the real parts together and runs them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverByCommit } from '../deliver/commit.ts';
import { createDelivery } from '../deliver/deliver.ts';
import { deliverDirect } from '../deliver/direct.ts';
import { verifyLive } from '../deliver/verify.ts';
import { openRepository } from '../git/mirror.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Random } from '../model/ports/clock.ts';
import type { Log } from '../model/ports/log.ts';
import type { Repository } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { followPolicies } from '../observe/policy-source.ts';
import { manifestEditor } from '../plan/manifest-editor.ts';
import { createMemoryLedger } from '../reconcile/memory-ledger.ts';
import type { PassReport } from '../reconcile/pass.ts';
import { createReconciler } from '../reconcile/reconciler.ts';
import { createEventReporter } from '../report/kubernetes-events.ts';
import { type ClusterDirectory, createClusterDirectory } from './cluster-directory.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';

/** What every command that looks at clusters is told. */
export interface EngineOptions {
	readonly repo: string;
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

export interface EngineListeners {
	readonly log: Log;
	readonly onNotice: (notice: Notice) => void;
	/** Called before the revision's own problems are told. */
	readonly onRevision?: (revision: PolicyRevision) => void;
	readonly onReport?: (policy: FailoverPolicy, report: PassReport) => void;
}

const author = { name: 'Spillway', email: 'bot@spillway.dev' };
const random: Random = Math.random;

/** Runs until aborted, then ends what is under way and leaves nothing behind. Throws ProblemError on bad options. */
export async function runEngine(
	options: EngineOptions,
	listeners: EngineListeners,
	signal: AbortSignal,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
	const clusters = createClusterDirectory({
		clock: systemClock,
		random,
		kubeconfig: options.kubeconfig,
		allowInsecure: options.allowInsecureKube,
	});
	try {
		const mirror = {
			url: options.repo,
			branch: options.branch,
			folder: join(folder, 'mirror.git'),
			allowInsecure: options.allowInsecureGit,
			environment: options.environment,
			...(options.credentialHelper === undefined ? {} : { credentialHelper: options.credentialHelper }),
		};
		const repository = await openRepository(mirror, signal);
		await reconcileRepository({ repository, clusters, options, listeners }, signal);
	} catch (error) {
		// To be told to stop is no failure, however early.
		if (!signal.aborted || error !== signal.reason) throw error;
	} finally {
		await clusters.close();
		await rm(folder, { recursive: true, force: true });
	}
}

interface Engine {
	readonly repository: Repository;
	readonly clusters: ClusterDirectory;
	readonly options: EngineOptions;
	readonly listeners: EngineListeners;
}

async function reconcileRepository(engine: Engine, signal: AbortSignal): Promise<void> {
	const { repository, clusters, options, listeners } = engine;
	const clock = systemClock;
	const events = createEventReporter({ findCluster: clusters.find, log: listeners.log });
	const onNotice = (notice: Notice): void => {
		listeners.onNotice(notice);
		if (options.writes) events.report(notice, AbortSignal.timeout(10_000));
	};
	const reconciler = createReconciler({
		clock,
		random,
		ledger: createMemoryLedger(),
		delivery: createDelivery({
			patch: deliverDirect(clusters.find),
			edit: deliverByCommit({ repository, editor: manifestEditor, clock, random, author }),
		}),
		verify: verifyLive(clusters.find),
		findCluster: clusters.find,
		writes: options.writes,
		onNotice,
		...(listeners.onReport === undefined ? {} : { onReport: listeners.onReport }),
	});
	const onRevision = (revision: PolicyRevision): void => {
		clusters.declare(revision.clusters);
		listeners.onRevision?.(revision);
		reconciler.apply(revision);
	};
	const onProblem = (problem: Problem): void => onNotice({ kind: 'problem', problem });
	const source = { repository, clock, random, interval: options.pollInterval, onRevision, onProblem };
	await runTogether([reconciler.run, (life) => followPolicies(source, life)], signal);
	await events.drain();
}

/** Runs every task until aborted; one that fails ends the others, and its error is thrown once they have ended. */
async function runTogether(
	tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
	signal: AbortSignal,
): Promise<void> {
	const failure = new AbortController();
	const life = AbortSignal.any([signal, failure.signal]);
	const ends = await Promise.allSettled(
		tasks.map(async (task) => {
			try {
				await task(life);
			} catch (error) {
				failure.abort(error);
				throw error;
			}
		}),
	);
	for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
