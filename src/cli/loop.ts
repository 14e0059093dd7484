// The loop: policies from their sources, reconciled, and told to people.
import type { PolicyKey } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { CommitVerifier } from '../model/ports/commit-verifier.ts';
import type { Log } from '../model/ports/log.ts';
import type { Repository } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import type { BranchHints } from '../observe/branch-hints.ts';
import { followLabelledSplits } from '../observe/labelled-source.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { followPolicies } from '../observe/policy-source.ts';
import type { PassReport } from '../reconcile/pass-report.ts';
import { createEventReporter } from '../report/kubernetes-events.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { createDistantCluster } from './distant-cluster.ts';
import { joinPolicies, type PoliciesInForce } from './policies-in-force.ts';
import { assembleReconciler } from './reconciliation.ts';
import type { Replica, ReplicaParts } from './replica.ts';
import type { RunMode } from './run-mode.ts';

/** What the loop works on, real or in memory. */
export interface LoopParts {
	readonly clock: Clock;
	readonly random: Random;
	/** Absent where labelled TrafficSplits are all there is. */
	readonly repository: Repository | undefined;
	/** Absent: policies are read from every commit. */
	readonly verifier?: CommitVerifier | undefined;
	/** Absent: nobody says when the branch has moved. */
	readonly hints?: BranchHints | undefined;
	readonly clusters: Pick<ClusterDirectory, 'declare' | 'find'>;
	readonly mode: RunMode;
	/** How often the branch is looked at. */
	readonly pollInterval: Milliseconds;
	/** False for `plan` and `--dry-run`. */
	readonly writes: boolean;
	/** `home` is the mode's, if it has one. */
	readonly openReplica: (home: Cluster | undefined, parts: ReplicaParts) => Promise<Replica>;
}

export interface LoopListeners {
	readonly log: Log;
	readonly onNotice: (notice: Notice) => void;
	/** Called with the policies in force, before the revision's own problems are told. */
	readonly onRevision?: (revision: PolicyRevision) => void;
	readonly onReport?: (policy: FailoverPolicy, report: PassReport) => void;
}

/** Runs until aborted, then ends what is under way. */
export async function runLoop(
	parts: LoopParts,
	listeners: LoopListeners,
	signal: AbortSignal,
): Promise<void> {
	const { clock, random, repository, clusters, mode, writes } = parts;
	const { log, onReport } = listeners;
	const isWriting = (): boolean => reconciler.isWriting();
	const events = createEventReporter({ findCluster: clusters.find, clock, log, isWriting });
	const onNotice = (notice: Notice): void => {
		listeners.onNotice(notice);
		if (writes) events.report(notice);
	};
	const onProblem = (problem: Problem): void => onNotice({ kind: 'problem', problem });
	const home = openHome(parts, onProblem);
	const onLead = (concerns: (policy: PolicyKey) => boolean): void => reconciler.wake(concerns);
	const replica = await parts.openReplica(home, { clock, random, log, onProblem, onLead });
	const reconciler = assembleReconciler({
		...replica,
		clock,
		random,
		repository,
		findCluster: clusters.find,
		writes,
		onNotice,
		...(onReport === undefined ? {} : { onReport }),
	});
	const policies = joinPolicies(mode, (revision) => {
		listeners.onRevision?.(revision);
		replica.retain(new Set(revision.policies.map(({ key }) => key)));
		reconciler.apply(revision);
	});
	// What could not be committed meanwhile goes together now, and not as each policy's back-off would have it.
	const onReturn = (): void => reconciler.wake(() => true);
	const sources = listSources(parts, { home, policies, onProblem, onReturn });
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
	{ clusters: { find }, mode, clock, random }: LoopParts,
	onProblem: (problem: Problem) => void,
): Cluster | undefined {
	if (mode.home === undefined) return undefined;
	return createDistantCluster({ name: mode.home, find, clock, random, onProblem });
}

interface Sources {
	readonly home: Cluster | undefined;
	readonly policies: PoliciesInForce;
	readonly onProblem: (problem: Problem) => void;
	readonly onReturn: () => void;
}

/** What policies come from. */
function listSources(
	{ repository, verifier, hints, clusters, mode, pollInterval: interval, clock, random }: LoopParts,
	{ home, policies, onProblem, onReturn }: Sources,
): readonly Task[] {
	const onRevision = (revision: PolicyRevision): void => {
		clusters.declare(revision.clusters);
		policies.onRevision(revision);
	};
	const tasks: Task[] = [];
	if (repository !== undefined) {
		const follow = { repository, verifier, hints, clock, random, interval };
		const source = { ...follow, onRevision, onProblem, onReturn };
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
