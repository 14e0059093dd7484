// The loop: policies from their sources, reconciled, and told to people.
import type { Hint } from '../forge/webhooks/hint.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { CommitVerifier } from '../model/ports/commit-verifier.ts';
import type { Log } from '../model/ports/log.ts';
import type { Branches, Repository } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { type BranchHints, createBranchHints } from '../observe/branch-hints.ts';
import { followLabelledSplits } from '../observe/labelled-source.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { followPolicies } from '../observe/policy-source.ts';
import type { PassReport } from '../reconcile/pass-report.ts';
import { createEventReporter } from '../report/kubernetes-events.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { createDistantCluster } from './distant-cluster.ts';
import type { ListenForWebhooks } from './forge/webhook-listener.ts';
import { joinPolicies, type PoliciesInForce } from './policies-in-force.ts';
import type { PolicyReview } from './policy-review/policy-review.ts';
import { assembleReconciler, type Reconciliation, type ReconciliationParts } from './reconciliation.ts';
import type { Replica, ReplicaParts } from './replica.ts';
import { createReviewTask, type ReviewTaskParts, type ReviewTools } from './review-task.ts';
import type { RunMode } from './run-mode.ts';
import { runTogether, type Task } from './run-together.ts';

/** What the loop works on, real or in memory. */
export interface LoopParts {
	readonly clock: Clock;
	readonly random: Random;
	/** Absent where labelled TrafficSplits are all there is. */
	readonly repository: (Repository & Branches) | undefined;
	/** Absent: nobody can be asked by pull request. */
	readonly forge?: ReconciliationParts['forge'];
	/** Absent: policies are read from every commit. */
	readonly verifier?: CommitVerifier | undefined;
	/** Absent: what people propose for policies is not looked at. */
	readonly review?: ReviewTools | undefined;
	/** How many replicas share the policies; absent: one has them all. */
	readonly shards?: number | undefined;
	/** Listens for words from outside that something has moved. */
	readonly webhooks?: ListenForWebhooks | undefined;
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
		forge: parts.forge,
		isSharded: (parts.shards ?? 1) > 1,
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
	const hints = createBranchHints();
	let inForce: PolicyRevision | undefined;
	const onInForce = (revision: PolicyRevision): void => {
		inForce = revision;
	};
	const sources = listSources(parts, { home, policies, hints, onInForce, onProblem, onReturn });
	const review = openReview(parts, { ...replica, log, inForce: () => inForce });
	if (review !== undefined) sources.push(review.run);
	const onHint = spreadHints({ branch: repository?.branch, hints, reconciler, review });
	if (parts.webhooks !== undefined) sources.push(parts.webhooks({ log, onHint, onProblem }));
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

interface HintTakers {
	readonly branch: string | undefined;
	readonly hints: BranchHints;
	readonly reconciler: Pick<Reconciliation, 'hintPullRequests'>;
	readonly review: PolicyReview | undefined;
}

/** A word from outside reaches whoever would look at what it is about. */
function spreadHints({ branch, hints, reconciler, review }: HintTakers): (hint: Hint) => void {
	return (hint) => {
		if (hint.kind === 'push' && hint.branch === branch) hints.hint(hint.commit);
		reconciler.hintPullRequests(hint.kind === 'pull-request' ? hint.head : undefined);
		if (hint.kind === 'pull-request') review?.hint(hint.number);
	};
}

/** Only whoever may write at the forge has a say there. */
function openReview(
	{ writes, forge, review, repository, clusters, ...parts }: LoopParts,
	found: Pick<ReviewTaskParts, 'leads' | 'ledger' | 'log' | 'inForce'>,
): PolicyReview | undefined {
	if (!writes || forge === undefined || review === undefined || repository === undefined) return undefined;
	const place = { forge: forge.forge, branch: repository.branch, findCluster: clusters.find };
	return createReviewTask({ ...parts, ...review, ...place, ...found });
}

interface Sources {
	readonly home: Cluster | undefined;
	readonly policies: PoliciesInForce;
	readonly hints: BranchHints;
	readonly onInForce: (revision: PolicyRevision) => void;
	readonly onProblem: (problem: Problem) => void;
	readonly onReturn: () => void;
}

/** What policies come from. */
function listSources(
	{ repository, verifier, clusters, mode, pollInterval: interval, clock, random }: LoopParts,
	{ home, policies, hints, onInForce, onProblem, onReturn }: Sources,
): Task[] {
	const onRevision = (revision: PolicyRevision): void => {
		clusters.declare(revision.clusters);
		onInForce(revision);
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
