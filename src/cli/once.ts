import type { ProblemCode } from '../model/catalogue.ts';
import type { PolicyKey } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import { isWarning, type Problem, ProblemError, problem } from '../model/problem.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import type { PassReport } from '../reconcile/pass-report.ts';
import { type EngineOptions, runEngine } from './engine.ts';
import type { LoopListeners } from './loop.ts';

/** What one look at every policy came to. */
export interface OnceResult {
	readonly reports: ReadonlyMap<PolicyKey, { readonly policy: FailoverPolicy; readonly report: PassReport }>;
	/** Policies that had no pass with all its inputs before the time was up. */
	readonly unanswered: readonly PolicyKey[];
	/** Problems of the repository's documents; what they say rightly was looked at all the same. */
	readonly problems: readonly Problem[];
}

/** Failures of one policy before its failure is the result. */
const patience = 5;

/**
 * Runs until every policy had one pass with all its inputs, and whatever it had to carry out is on its way.
 * After `timeout` what has no answer is told as a problem, and the rest is the result. Throws ProblemError when the
 * repository cannot be read.
 */
export async function runOnce(
	options: EngineOptions,
	listeners: LoopListeners,
	{ timeout, signal }: { readonly timeout: Milliseconds; readonly signal: AbortSignal },
): Promise<OnceResult> {
	const done = new AbortController();
	const reports = new Map<PolicyKey, { policy: FailoverPolicy; report: PassReport }>();
	const failures = new Map<PolicyKey, number>();
	const followed = new Set<PolicyKey>();
	let revision: PolicyRevision | undefined;
	let fatal: Problem | undefined;
	const endIfComplete = (): void => {
		if (revision?.policies.every(({ key }) => reports.has(key))) done.abort();
	};

	const deadline = AbortSignal.timeout(timeout);
	const watched: LoopListeners = {
		...listeners,
		onNotice(notice) {
			const isFatal = notice.kind === 'problem' && revision === undefined && !isWarning(notice.problem);
			if (!isFatal) return listeners.onNotice(notice);
			fatal = notice.problem;
			done.abort();
		},
		onRevision(read) {
			revision ??= read;
			endIfComplete();
		},
		onReport(policy, report) {
			if (report.follows) {
				followed.add(policy.key);
				return;
			}
			const failed = (failures.get(policy.key) ?? 0) + (report.end.kind === 'failed' ? 1 : 0);
			failures.set(policy.key, failed);
			if (report.end.kind === 'failed' && failed < patience) return;
			if (!reports.has(policy.key)) reports.set(policy.key, { policy, report });
			endIfComplete();
		},
	};
	await runEngine(options, watched, AbortSignal.any([signal, done.signal, deadline]));
	signal.throwIfAborted();
	if (fatal !== undefined) throw new ProblemError(fatal);
	if (revision === undefined) throw new ProblemError(tooLate('E_GIT_UNREACHABLE', timeout, 'the repository'));
	const { policies, problems } = revision;
	const unanswered = policies.map(({ key }) => key).filter((key) => !reports.has(key));
	if (unanswered.length > 0) {
		const code = unanswered.every((key) => followed.has(key)) ? 'E_LEASE' : 'E_CLUSTER_UNREACHABLE';
		const late = tooLate(code, timeout, unanswered.join(', '));
		listeners.onNotice({ kind: 'problem', problem: late });
	}
	return { reports, unanswered, problems };
}

function tooLate(code: ProblemCode, timeout: Milliseconds, waiting: string): Problem {
	const where = { kind: 'named', name: '--timeout' } as const;
	if (code === 'E_LEASE') {
		const message = `did not lead within ${formatDuration(timeout)}, so nothing was written for ${waiting}`;
		const remedy = 'let the replica that holds the Lease do it, or pass --no-leader-elect where none runs';
		return problem(code, { where, message, remedy });
	}
	return problem(code, { where, message: `no answer within ${formatDuration(timeout)} for ${waiting}` });
}
