// The composition root: puts the real parts together and runs them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyKey } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { Log } from '../model/ports/log.ts';
import type { Repository } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { followLabelledSplits } from '../observe/labelled-source.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { followPolicies } from '../observe/policy-source.ts';
import type { PassReport } from '../reconcile/pass-report.ts';
import { createEventReporter } from '../report/kubernetes-events.ts';
import { type ClusterDirectory, createClusterDirectory } from './cluster-directory.ts';
import { createDistantCluster } from './distant-cluster.ts';
import { findHome, type HomeFlags, openReplica } from './home.ts';
import { joinPolicies, type PoliciesInForce } from './policies-in-force.ts';
import { assembleReconciler } from './reconciliation.ts';
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

export interface EngineListeners {
	readonly log: Log;
	readonly onNotice: (notice: Notice) => void;
	/** Called with the policies in force, before the revision's own problems are told. */
	readonly onRevision?: (revision: PolicyRevision) => void;
	readonly onReport?: (policy: FailoverPolicy, report: PassReport) => void;
}

const random: Random = Math.random;
const clock = systemClock;

/** Runs until aborted, then ends what is under way and leaves nothing behind. Throws ProblemError on bad options. */
export async function runEngine(
	options: EngineOptions,
	listeners: EngineListeners,
	signal: AbortSignal,
): Promise<void> {
	const { kubeconfig, allowInsecureKube: allowInsecure, environment } = options;
	const home = await findHome(options);
	const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
	const clusters = createClusterDirectory({ clock, random, kubeconfig, allowInsecure, environment, home });
	try {
		const repository = await openConfigRepository(options, folder, signal);
		await reconcile({ repository, clusters, options, listeners }, signal);
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

interface Engine {
	readonly repository: Repository | undefined;
	readonly clusters: ClusterDirectory;
	readonly options: EngineOptions;
	readonly listeners: EngineListeners;
}

async function reconcile(engine: Engine, signal: AbortSignal): Promise<void> {
	const { clusters, options, listeners } = engine;
	const { log, onReport } = listeners;
	const events = createEventReporter({ findCluster: clusters.find, log });
	const onNotice = (notice: Notice): void => {
		listeners.onNotice(notice);
		if (options.writes) events.report(notice, AbortSignal.timeout(10_000));
	};
	const onProblem = (problem: Problem): void => onNotice({ kind: 'problem', problem });
	const home = openHome(engine, onProblem);
	const onLead = (concerns: (policy: PolicyKey) => boolean): void => reconciler.wake(concerns);
	const replica = await openReplica(options, home, { clock, random, log, onProblem, onLead });
	const reconciler = assembleReconciler({
		...replica,
		clock,
		random,
		repository: engine.repository,
		findCluster: clusters.find,
		writes: options.writes,
		onNotice,
		...(onReport === undefined ? {} : { onReport }),
	});
	const policies = joinPolicies(options.mode, (revision) => {
		listeners.onRevision?.(revision);
		replica.retain(new Set(revision.policies.map(({ key }) => key)));
		reconciler.apply(revision);
	});
	const sources = listSources(engine, { home, policies, onProblem });
	// The Lease is let go last: until then nobody else may write what is still on its way.
	const leaving = new AbortController();
	const taking = replica.run(leaving.signal);
	try {
		await runTogether([reconciler.run, ...sources], signal);
	} finally {
		leaving.abort(signal.reason);
		await taking;
	}
	await events.drain();
}

function openHome(
	{ clusters, options: { mode } }: Engine,
	onProblem: (problem: Problem) => void,
): Cluster | undefined {
	if (mode.home === undefined) return undefined;
	return createDistantCluster({ name: mode.home, find: clusters.find, clock, random, onProblem });
}

interface Sources {
	readonly home: Cluster | undefined;
	readonly policies: PoliciesInForce;
	readonly onProblem: (problem: Problem) => void;
}

/** What policies come from. */
function listSources(
	{ repository, clusters, options }: Engine,
	{ home, policies, onProblem }: Sources,
): readonly Task[] {
	const { mode, pollInterval: interval } = options;
	const onRevision = (revision: PolicyRevision): void => {
		clusters.declare(revision.clusters);
		policies.onRevision(revision);
	};
	const tasks: Task[] = [];
	if (repository !== undefined) {
		const source = { repository, clock, random, interval, onRevision, onProblem };
		tasks.push((life) => followPolicies(source, life));
	}
	if (home !== undefined && mode.labelled !== undefined) {
		const source = { ...mode.labelled, cluster: home, clock, onPolicies: policies.onLabelled, onProblem };
		tasks.push((life) => followLabelledSplits(source, life));
	}
	return tasks;
}

type Task = (signal: AbortSignal) => Promise<void>;

/** Runs every task until aborted; one that fails ends the others, and its error is thrown once they have ended. */
async function runTogether(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
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
