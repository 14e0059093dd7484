import { DeadlineError, withinDeadline } from '../../model/deadline.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';

/** Whether a revision of the branch is this commit or a later one. When that cannot be known, it is not. */
export type IsAtOrAfter = (revision: CommitId, commit: CommitId, signal: AbortSignal) => Promise<boolean>;

/** Git may hang; whoever asks does not. */
const patience: Milliseconds = 5_000;

/** Answers kept; beyond that the oldest are asked for again. */
const maxKept = 1_000;

/** Answers from the branch's history, each pair once. */
export function createCommitOrder(
	repository: Pick<Repository, 'ancestry'> | undefined,
	clock: Clock,
): IsAtOrAfter {
	const known = new Map<string, boolean>();
	return async (revision, commit, signal) => {
		if (revision === commit) return true;
		const pair = `${revision} ${commit}`;
		const kept = known.get(pair);
		if (kept !== undefined || repository === undefined) return kept ?? false;
		const found = await lookBack(repository, clock, { revision, commit }, signal);
		if (found === undefined) return false;
		known.set(pair, found);
		const [oldest] = known.keys();
		if (known.size > maxKept && oldest !== undefined) known.delete(oldest);
		return found;
	};
}

async function lookBack(
	repository: Pick<Repository, 'ancestry'>,
	clock: Clock,
	{ revision, commit }: { readonly revision: CommitId; readonly commit: CommitId },
	signal: AbortSignal,
): Promise<boolean | undefined> {
	try {
		const found = await withinDeadline(clock, patience, signal, (bounded) =>
			repository.ancestry(commit, revision, bounded),
		);
		return found === 'unknown' ? undefined : found === 'ancestor';
	} catch (error) {
		if (error instanceof ProblemError || error instanceof DeadlineError) return undefined;
		throw error;
	}
}
