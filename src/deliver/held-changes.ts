// Which changes of a batch a person's edit holds back, as far as that can be found out in time.
import type { EditChange } from '../model/change.ts';
import { DeadlineError, withinDeadline } from '../model/deadline.ts';
import type { ManualEdit } from '../model/manual-edit.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { CommitId, Repository } from '../model/ports/repository.ts';
import { ProblemError } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { readHistory } from './branch-history.ts';
import { findManualEdit, type Suspect } from './manual-edits.ts';

export interface HeldSearch {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
}

/** How long a look for people's edits may hold up a commit: an outage does not wait for an old history. */
const lookSpan: Milliseconds = 5_000;

/** What cannot be found out in time is not held: a person's edit is one revert away, an outage is not. */
export async function findHeldChanges(
	{ repository, editor, clock }: HeldSearch,
	tip: CommitId,
	suspects: readonly Suspect[],
	signal: AbortSignal,
): Promise<ReadonlyMap<EditChange, ManualEdit>> {
	const held = new Map<EditChange, ManualEdit>();
	try {
		await withinDeadline(clock, lookSpan, signal, async (life) => {
			const history = readHistory(repository, tip, life);
			const search = { repository, editor, history, now: clock.now(), signal: life };
			for (const each of suspects) {
				const manual = await findManualEdit(search, each);
				if (manual !== undefined) held.set(each.change, manual);
			}
		});
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ProblemError || error instanceof DeadlineError)) throw error;
	}
	// Whoever was too late must not add to it any more.
	return new Map(held);
}
