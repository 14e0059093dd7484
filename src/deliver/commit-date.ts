import type { CommitId, Repository } from '../model/ports/repository.ts';
import type { Instant } from '../model/time.ts';

/** When it was decided; yet nothing reads well that is older than what it rests on, whatever clock dated that. */
export async function dateAfter(
	repository: Repository,
	tip: CommitId,
	decided: Iterable<Instant>,
	signal: AbortSignal,
): Promise<Instant> {
	const [parent] = await repository.history(tip, 1, signal);
	return Math.max(parent?.at ?? 0, ...decided);
}
