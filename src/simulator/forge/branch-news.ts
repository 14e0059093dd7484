import type { Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { isDraft, type StoredPull } from './records.ts';
import { extendTimeline, type RepositoryState, savePull } from './repository-state.ts';

/** Looks at the branches, and has pull requests follow theirs. `by`: who moved them. */
export async function followBranches(state: RepositoryState, by: Login): Promise<void> {
	const before = state.tips;
	const now = await state.git.branches();
	state.tips = now;
	for (const branch of new Set([...before.keys(), ...now.keys()])) {
		const move = { before: before.get(branch), after: now.get(branch) };
		if (move.before !== move.after) state.emit({ kind: 'push', by, branch, ...move });
	}
	for (const pull of state.pulls.values()) {
		if (pull.state === 'merged' || pull.fork !== undefined) continue;
		followHead(state, pull, by);
	}
	for (const pull of state.pulls.values()) {
		if (pull.state !== 'merged') await tryMerge(state, pull);
	}
}

function followHead(state: RepositoryState, pull: StoredPull, by: Login): void {
	const { number } = pull;
	const tip = state.tips.get(pull.head);
	if (tip === undefined) {
		if (pull.hasBranch) leaveBranch(state, pull, by);
		return;
	}
	if (tip === pull.headCommit) {
		if (!pull.hasBranch) state.pulls.set(number, { ...pull, hasBranch: true });
		return;
	}
	if (pull.state === 'closed') {
		savePull(state, number, { headCommit: tip, hasBranch: true });
		return;
	}
	const timeline = extendTimeline(state, pull, { type: 'pull_push', user: by });
	const moved = savePull(state, number, { headCommit: tip, hasBranch: true, timeline });
	state.emit({ kind: 'pull', action: 'synchronized', by, pull: moved });
}

/** Its branch is gone, and that closes it. */
function leaveBranch(state: RepositoryState, pull: StoredPull, by: Login): void {
	const gone = { type: 'delete_branch', user: by, oldRef: pull.head } as const;
	if (pull.state !== 'open') {
		savePull(state, pull.number, { hasBranch: false, timeline: extendTimeline(state, pull, gone) });
		return;
	}
	const closing = extendTimeline(state, pull, { type: 'close', user: by });
	const timeline = extendTimeline(state, { ...pull, timeline: closing }, gone);
	const end = { closedAt: state.clock.now(), closedBy: by, closedByBranch: true };
	const facts = { ...end, state: 'closed', scheduled: undefined } as const;
	const closed = savePull(state, pull.number, { ...facts, hasBranch: false, timeline });
	state.emit({ kind: 'pull', action: 'closed', by, pull: closed });
}

/** What is known of whether, and from where, a head can be merged. */
export async function judgeMerge(
	state: RepositoryState,
	base: string,
	headCommit: CommitId,
): Promise<Pick<StoredPull, 'mergeable' | 'mergeBase'>> {
	const baseCommit = state.tips.get(base);
	if (baseCommit === undefined) return { mergeable: false, mergeBase: headCommit };
	const parted = await state.git.mergeBase(baseCommit, headCommit);
	if (parted === undefined) return { mergeable: false, mergeBase: baseCommit };
	return { mergeable: await state.git.canMerge(baseCommit, headCommit), mergeBase: parted };
}

/** Bases and heads that were judged, by pull request. */
const judged = new WeakMap<RepositoryState, Map<number, string>>();

async function tryMerge(state: RepositoryState, pull: StoredPull): Promise<void> {
	const known = judged.get(state) ?? new Map<number, string>();
	judged.set(state, known);
	const now = state.pulls.get(pull.number) ?? pull;
	const key = `${now.base} ${state.tips.get(now.base)} ${now.headCommit}`;
	if (known.get(now.number) === key) return;
	known.set(now.number, key);
	const verdict = await judgeMerge(state, now.base, now.headCommit);
	state.pulls.set(now.number, { ...now, ...verdict });
}

/** Whether the forge says that it can be merged. */
export function isMergeable(pull: StoredPull): boolean {
	return pull.mergeable && !isDraft(pull.title);
}
