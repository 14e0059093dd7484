// Says when: news name the policies they concern, the queue runs one pass per policy at a time, and each pass says
// when it wants to come again.
import type { Duty } from '../model/duty.ts';
import type { ClusterName, PolicyKey } from '../model/names.ts';
import { noSyncers } from '../model/no-syncers.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { Delivery, Verify } from '../model/ports/delivery.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { Syncers } from '../model/ports/syncer.ts';
import { type PullRequestDesk, withoutPullRequests } from '../model/without-pull-requests.ts';
import { createObservatory, type Observatory } from '../observe/observatory.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { createDebtBook, type DebtBook } from './debt-book.ts';
import { createNoticeBoard, type NoticeBoard } from './notices.ts';
import { runPass } from './pass.ts';
import { type DeliverySettings, type PassReport, usualSettings } from './pass-report.ts';
import { createPatientDelivery, type PatientDelivery } from './patient-delivery.ts';
import { changedPolicies, createPolicySet, type PolicySet } from './policy-set.ts';
import { createQueue, type KeyedQueue } from './queue.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

export interface ReconcilerParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly ledger: Ledger;
	readonly delivery: Delivery;
	readonly verify: Verify;
	/** Absent: no cluster has a GitOps tool that is known. */
	readonly syncers?: Syncers;
	/** Absent: nobody can be asked for anything. */
	readonly pulls?: PullRequestDesk;
	/** What spillway.yaml says now of commits and pull requests; absent: nothing. */
	readonly settings?: () => DeliverySettings;
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	/** What this process does for a policy right now. */
	readonly duty: (policy: FailoverPolicy) => Duty;
	readonly onNotice: (notice: Notice) => void;
	/** Called after each pass that had all its inputs. */
	readonly onReport?: (policy: FailoverPolicy, report: PassReport) => void;
}

export interface Reconciler {
	/** Puts what a commit says in force. Policies it no longer has are forgotten; their weights stay as they are. */
	apply(revision: PolicyRevision): void;
	/** Looks at these policies again, although nothing was seen that concerns them. */
	wake(concerns: (policy: PolicyKey) => boolean): void;
	/** Runs until aborted, then lets the passes under way end. */
	run(signal: AbortSignal): Promise<void>;
}

/** Everything that outlives a pass. */
interface Loop {
	readonly parts: ReconcilerParts;
	readonly queue: KeyedQueue<PolicyKey>;
	readonly board: NoticeBoard;
	readonly schedule: Schedule;
	readonly subscriptions: Subscriptions;
	readonly observatory: Observatory;
	readonly patient: PatientDelivery;
	readonly debts: DebtBook;
	readonly stopping: AbortController;
	set: PolicySet;
}

export function createReconciler(parts: ReconcilerParts): Reconciler {
	const loop = createLoop(parts);
	const { queue, stopping } = loop;
	return {
		apply: (revision) => putInForce(loop, revision),
		wake(concerns) {
			for (const key of loop.set.policies.keys()) if (concerns(key)) queue.add(key);
		},
		async run(signal) {
			const stop = (): void => stopping.abort(signal.reason);
			signal.addEventListener('abort', stop, { once: true });
			if (signal.aborted) stop();
			await queue.run((key) => pass(loop, key), stopping.signal);
			signal.removeEventListener('abort', stop);
		},
	};
}

function createLoop(parts: ReconcilerParts): Loop {
	const queue = createQueue<PolicyKey>(parts.clock);
	const subscriptions = createSubscriptions();
	const observatory = createObservatory({
		...parts,
		onNews: (topics) => {
			for (const key of subscriptions.concernedBy(topics)) queue.add(key);
		},
		onProblem: (problem) => parts.onNotice({ kind: 'problem', problem }),
	});
	return {
		parts,
		queue,
		subscriptions,
		observatory,
		patient: createPatientDelivery(parts.delivery, parts.clock),
		debts: createDebtBook(parts.random),
		board: createNoticeBoard(),
		schedule: createSchedule(parts.random),
		stopping: new AbortController(),
		set: createPolicySet({ commit: '', policies: [], clusters: [] }),
	};
}

function putInForce(loop: Loop, revision: PolicyRevision): void {
	const { parts, queue, observatory } = loop;
	const before = loop.set;
	loop.set = createPolicySet(revision);
	for (const key of before.policies.keys()) if (!loop.set.policies.has(key)) forget(loop, key);
	observatory.retain(revision.policies, loop.set.clusterNames);
	parts.onNotice({ kind: 'revision', commit: revision.commit, policies: revision.policies.length });
	for (const problem of revision.problems) parts.onNotice({ kind: 'problem', problem });
	for (const key of changedPolicies(before, loop.set)) queue.add(key);
}

function forget({ parts, queue, ...loop }: Loop, key: PolicyKey): void {
	const { board, debts, schedule, subscriptions } = loop;
	queue.remove(key);
	for (const memory of [parts.ledger, board, debts, schedule, subscriptions]) memory.forget(key);
}

async function pass(loop: Loop, key: PolicyKey): Promise<void> {
	const { parts, queue, board, schedule, stopping } = loop;
	const policy = loop.set.policies.get(key);
	if (policy === undefined) return;
	const report = await lookAndAct(loop, policy).catch(asFailure);
	if (stopping.signal.aborted || !loop.set.policies.has(key)) return;
	const now = parts.clock.now();
	const next = schedule.next(key, report, now);
	if (next !== undefined) queue.addAt(key, next);
	for (const notice of board.news(policy, report, { now, next })) parts.onNotice(notice);
	if (report.synced) parts.onReport?.(policy, report);
}

async function lookAndAct(loop: Loop, policy: FailoverPolicy): Promise<PassReport> {
	const { parts, set, observatory, patient, debts, subscriptions, stopping } = loop;
	const { snapshot, topics } = observatory.look(policy, set.clusterNames, stopping.signal);
	subscriptions.subscribe(policy.key, topics);
	const manifests = set.clusters.get(policy.target.cluster)?.manifests;
	const input = { policy, snapshot, manifests, tip: set.commit };
	const { syncers = noSyncers, pulls = withoutPullRequests, settings = () => usualSettings } = parts;
	const passParts = { ...parts, patient, debts, syncers, pulls, settings, onObject: observatory.tell };
	return await runPass(passParts, input, stopping.signal);
}

/** A pass that throws is a fault of ours or of a library: that one policy backs off, the others go on. */
function asFailure(error: unknown): PassReport {
	const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return { synced: false, decision: { kind: 'hold', reasons: [] }, end: { kind: 'failed', message } };
}
