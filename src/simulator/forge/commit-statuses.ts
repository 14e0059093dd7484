import type { CheckState, Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { StoredStatus } from './records.ts';
import { ForgeRefusal } from './refusal.ts';
import { type RepositoryState, requireRight } from './repository-state.ts';

export type NewStatus = Pick<StoredStatus, 'context' | 'state' | 'description' | 'url'>;

export async function addStatus(
	state: RepositoryState,
	by: Login,
	commit: CommitId,
	status: NewStatus,
): Promise<StoredStatus> {
	requireRight(state, by, 'write');
	if ((await state.git.read(commit)) === undefined) throw new ForgeRefusal(500, 'no such commit');
	const stored = { ...status, id: state.nextId(), creator: by, at: state.clock.now() };
	const known = state.statuses.get(commit) ?? [];
	state.statuses.set(commit, [...known, stored]);
	state.emit({ kind: 'status', by, commit, status: stored });
	return stored;
}

/** The newest status of each context. */
export function newestStatuses({ statuses }: RepositoryState, commit: CommitId): readonly StoredStatus[] {
	const all = statuses.get(commit) ?? [];
	return [...new Map(all.map((status) => [status.context, status])).values()];
}

/** What statuses come to: the worst of them, and pending where there is none. */
export function combineStatuses(statuses: readonly StoredStatus[]): string {
	const order = ['error', 'failure', 'pending', 'warning', 'success', 'skipped'];
	const found = order.find((each) => statuses.some(({ state }) => state === each));
	return found ?? 'pending';
}

/** A status as a check that passes, fails or is under way; a warning holds no merge up. */
export function judgeStatus(state: string): CheckState {
	switch (state) {
		case 'success':
		case 'skipped':
		case 'warning':
			return 'success';
		case 'pending':
			return 'pending';
		default:
			return 'failure';
	}
}
