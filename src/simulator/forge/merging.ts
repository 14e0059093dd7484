import type { Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { findLack, hasPassed } from './protection.ts';
import { isDraft, type MergeWish, type ScheduledMerge, type StoredPull } from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';
import {
	extendTimeline,
	mayWrite,
	type RepositoryState,
	refuseArchived,
	requirePull,
	savePull,
} from './repository-state.ts';

/** What stands in the way of a merge. */
export type MergeBlock =
	| { readonly kind: 'closed' }
	| { readonly kind: 'merged' | 'forbidden' | 'draft' | 'conflict' | 'unready'; readonly words: string };

/** `undefined`: nothing. */
export function findBlock(state: RepositoryState, by: Login, pull: StoredPull): MergeBlock | undefined {
	const lasting = findLastingBlock(state, by, pull);
	if (lasting !== undefined) return lasting;
	if (!pull.mergeable) return { kind: 'conflict', words: 'Please try again later' };
	const words = findLack(state, pull);
	return words === undefined ? undefined : { kind: 'unready', words };
}

/** What no check that passes will change. */
function findLastingBlock(state: RepositoryState, by: Login, pull: StoredPull): MergeBlock | undefined {
	if (pull.state === 'closed') return { kind: 'closed' };
	if (pull.state === 'merged') return { kind: 'merged', words: 'The PR is already merged' };
	if (!mayWrite(state, by)) return { kind: 'forbidden', words: 'User not allowed to merge PR' };
	if (isDraft(pull.title)) return { kind: 'draft', words: 'Work in progress PRs cannot be merged' };
	return undefined;
}

function refuse(block: MergeBlock | undefined): void {
	if (block === undefined) return;
	if (block.kind === 'closed') throw notFound();
	throw new ForgeRefusal(405, block.words);
}

function refuseStyle({ settings }: RepositoryState, { style }: MergeWish): void {
	if (settings.styles.includes(style)) return;
	throw new ForgeRefusal(405, `${style} is not allowed an allowed merge style for this repository`);
}

/** Merges at once. `head`: only if it is there. */
export async function mergePull(
	state: RepositoryState,
	by: Login,
	number: number,
	{ head, ...wish }: MergeWish & { readonly head?: CommitId | undefined },
): Promise<StoredPull> {
	refuseArchived(state);
	const pull = requirePull(state, number);
	refuse(findBlock(state, by, pull));
	refuseStyle(state, wish);
	if (head !== undefined && head !== pull.headCommit) throw new ForgeRefusal(409, 'head out of date');
	return await carryOut(state, by, pull, wish);
}

/** Has it merged by the forge once its checks pass. What is pushed to it meanwhile is merged too. */
export function scheduleMerge(
	state: RepositoryState,
	by: Login,
	number: number,
	wish: MergeWish,
): StoredPull {
	const pull = requirePull(state, number);
	refuse(findLastingBlock(state, by, pull));
	refuseStyle(state, wish);
	if (pull.scheduled !== undefined) {
		const facts = `[pull_id: ${pull.id}]`;
		throw new ForgeRefusal(
			409,
			`pull request is already scheduled to auto merge when checks succeed ${facts}`,
		);
	}
	const scheduled = { ...wish, by, at: state.clock.now() };
	const timeline = extendTimeline(state, pull, { type: 'pull_scheduled_merge', user: by });
	return savePull(state, number, { scheduled, timeline });
}

export function cancelMerge(state: RepositoryState, by: Login, number: number): StoredPull {
	const pull = requirePull(state, number);
	if (pull.scheduled === undefined) throw notFound();
	if (pull.scheduled.by !== by && !mayWrite(state, by)) {
		throw new ForgeRefusal(403, 'user has no permission to cancel the scheduled auto merge');
	}
	const timeline = extendTimeline(state, pull, { type: 'pull_cancel_scheduled_merge', user: by });
	return savePull(state, number, { scheduled: undefined, timeline });
}

/** Merges what is scheduled and has nothing in its way any more. */
export async function carryOutScheduled(state: RepositoryState): Promise<void> {
	for (const { number } of [...state.pulls.values()]) {
		const pull = requirePull(state, number);
		const { scheduled } = pull;
		if (scheduled === undefined || pull.state !== 'open' || !isDue(state, pull, scheduled)) continue;
		// A conflict that shows only now leaves it scheduled, as Gitea does.
		await carryOut(state, scheduled.by, pull, scheduled).catch(passRefusal);
	}
}

function isDue(state: RepositoryState, pull: StoredPull, { by }: ScheduledMerge): boolean {
	return hasPassed(state, pull) && findBlock(state, by, pull) === undefined;
}

function passRefusal(error: unknown): void {
	if (!(error instanceof ForgeRefusal)) throw error;
}

async function carryOut(
	state: RepositoryState,
	by: Login,
	pull: StoredPull,
	wish: MergeWish,
): Promise<StoredPull> {
	const baseCommit = state.tips.get(pull.base);
	const user = state.findUser(by);
	if (baseCommit === undefined || user === undefined) throw notFound();
	const result = await state.git.merge({
		...{ base: pull.base, baseCommit, head: pull.headCommit, style: wish.style },
		message: composeMessage(pull, wish),
		by: { name: user.name, email: user.email },
		at: state.clock.now(),
	});
	if (result.kind === 'conflict') throw new ForgeRefusal(409, 'the merge has conflicts');
	if (result.kind === 'raced') throw new ForgeRefusal(409, 'merge push out of date');
	const at = state.clock.now();
	const timeline = extendTimeline(state, pull, { type: 'merge_pull', user: by });
	const facts = { state: 'merged', closedAt: at, mergedBy: by, mergeCommit: result.commit } as const;
	const merged = savePull(state, pull.number, { ...facts, scheduled: undefined, timeline });
	state.emit({ kind: 'pull', action: 'closed', by, pull: merged });
	state.tips = new Map([...state.tips, [pull.base, result.commit]]);
	state.emit({ kind: 'push', by, branch: pull.base, before: baseCommit, after: result.commit });
	if (wish.deleteBranch) await deleteHead(state, by, merged);
	return requirePull(state, pull.number);
}

async function deleteHead(state: RepositoryState, by: Login, pull: StoredPull): Promise<void> {
	if (pull.fork !== undefined || !(await state.git.move(pull.head, pull.headCommit))) return;
	const tips = new Map(state.tips);
	tips.delete(pull.head);
	state.tips = tips;
	const gone = { type: 'delete_branch', user: by, oldRef: pull.head } as const;
	savePull(state, pull.number, { hasBranch: false, timeline: extendTimeline(state, pull, gone) });
	state.emit({ kind: 'push', by, branch: pull.head, before: pull.headCommit });
}

function composeMessage({ title, number, head, base }: StoredPull, wish: MergeWish): string {
	const own =
		wish.style === 'squash'
			? `${title} (#${number})`
			: `Merge pull request '${title}' (#${number}) from ${head} into ${base}`;
	const first = wish.title ?? own;
	return wish.message === undefined || wish.message === '' ? `${first}\n` : `${first}\n\n${wish.message}\n`;
}
