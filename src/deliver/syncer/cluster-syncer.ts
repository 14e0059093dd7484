import type { ClusterName } from '../../model/names.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Held, Hold, HoldOff, Release, SyncerQuestion, SyncerView } from '../../model/ports/syncer.ts';
import type { Problem } from '../../model/problem.ts';
import type { IsAtOrAfter } from './commit-order.ts';
import type { SyncedFolder } from './flux.ts';
import type { WatchParts } from './watched.ts';

/** What the tool of one cluster needs. */
export interface SyncerContext extends WatchParts {
	readonly cluster: ClusterName;
	readonly place: SyncedFolder;
	readonly isAtOrAfter: IsAtOrAfter;
	/** Called when the tool's objects changed. */
	readonly onNews: () => void;
	/** Each thing to mend is told once. */
	readonly onProblem: (problem: Problem) => void;
}

/** The GitOps tool of one cluster: the port `Syncers` for that cluster alone. */
export interface ClusterSyncer {
	nudge(commit: CommitId): void;
	look(question: SyncerQuestion, signal: AbortSignal): Promise<SyncerView>;
	holdsOff(hold: Hold): boolean;
	holdOff(hold: Hold, signal: AbortSignal): Promise<HoldOff>;
	release(held: Held, signal: AbortSignal): Promise<Release>;
}

/** Whether a revision is one of these commits, or later than one. */
export async function isAtOrAfterAny(
	isAtOrAfter: IsAtOrAfter,
	revision: CommitId | undefined,
	commits: readonly CommitId[],
	signal: AbortSignal,
): Promise<boolean> {
	if (revision === undefined) return false;
	for (const commit of commits) if (await isAtOrAfter(revision, commit, signal)) return true;
	return false;
}
