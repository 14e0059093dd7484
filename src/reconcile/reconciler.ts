// Says when: news name the policies they concern, the queue runs one pass per policy at a time, and each pass says
// when it wants to come again.
import type { ClusterName, PolicyKey } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { Delivery, Verify } from '../model/ports/delivery.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { Instant } from '../model/time.ts';
import { createObservatory } from '../observe/observatory.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import { createNoticeBoard } from './notices.ts';
import { type PassReport, runPass } from './pass.ts';
import { createPolicySet, type PolicySet } from './policy-set.ts';
import { createQueue } from './queue.ts';
import { createSchedule } from './schedule.ts';

export interface ReconcilerParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly ledger: Ledger;
	readonly delivery: Delivery;
	readonly verify: Verify;
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	/** False for `plan` and `--dry-run`: decide and report, carry nothing out. */
	readonly writes: boolean;
	readonly onNotice: (notice: Notice) => void;
	/** Called after each pass that had all its inputs. */
	readonly onReport?: (policy: FailoverPolicy, report: PassReport) => void;
}

export interface Reconciler {
	/** Puts what a commit says in force. Policies it no longer has are forgotten; their weights stay as they are. */
	apply(revision: PolicyRevision): void;
	/** Runs until aborted, then lets the passes under way end. */
	run(signal: AbortSignal): Promise<void>;
}

export function createReconciler(parts: ReconcilerParts): Reconciler {
	const { clock, ledger, onNotice } = parts;
	const queue = createQueue<PolicyKey>(clock);
	const board = createNoticeBoard();
	const schedule = createSchedule(parts.random);
	const stopping = new AbortController();
	let set: PolicySet = createPolicySet({ commit: '', policies: [], clusters: [] });

	const observatory = createObservatory({
		...parts,
		onNews: (topics) => {
			for (const key of set.concernedBy(topics)) queue.add(key);
		},
		onProblem: (problem) => onNotice({ kind: 'problem', problem }),
	});

	const lookAndAct = async (policy: FailoverPolicy): Promise<PassReport> => {
		const snapshot = observatory.look(policy, set.clusterNames, stopping.signal);
		set.subscribe(policy.key, observatory.topics(policy, set.clusterNames));
		const manifests = set.clusters.get(policy.target.cluster)?.manifests;
		const input = { policy, snapshot, manifests, tip: set.commit };
		return await runPass({ ...parts, onObject: observatory.tell }, input, stopping.signal);
	};

	const pass = async (key: PolicyKey): Promise<void> => {
		const policy = set.policies.get(key);
		if (policy === undefined) return;
		const report = await lookAndAct(policy).catch(asFailure);
		if (stopping.signal.aborted || !set.policies.has(key)) return;
		tell(policy, report, schedule.next(key, report, clock.now()));
	};

	const tell = (policy: FailoverPolicy, report: PassReport, next: Instant | undefined): void => {
		if (next !== undefined) queue.addAt(policy.key, next);
		for (const notice of board.news(policy, report, { now: clock.now(), next })) onNotice(notice);
		if (report.synced) parts.onReport?.(policy, report);
	};

	const forget = (key: PolicyKey): void => {
		queue.remove(key);
		for (const memory of [ledger, board, schedule]) memory.forget(key);
	};

	return {
		apply(revision) {
			const before = set.policies.keys();
			set = createPolicySet(revision);
			for (const key of before) if (!set.policies.has(key)) forget(key);
			observatory.retain(revision.policies, set.clusterNames);
			onNotice({ kind: 'revision', commit: revision.commit, policies: revision.policies.length });
			for (const problem of revision.problems) onNotice({ kind: 'problem', problem });
			for (const key of set.policies.keys()) queue.add(key);
		},
		async run(signal) {
			const stop = (): void => stopping.abort(signal.reason);
			signal.addEventListener('abort', stop, { once: true });
			if (signal.aborted) stop();
			await queue.run(pass, stopping.signal);
			signal.removeEventListener('abort', stop);
		},
	};
}

/** A pass that throws is a fault of ours or of a library: that one policy backs off, the others go on. */
function asFailure(error: unknown): PassReport {
	const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return { synced: false, decision: { kind: 'hold', reasons: [] }, end: { kind: 'failed', message } };
}
