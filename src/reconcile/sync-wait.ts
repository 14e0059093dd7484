// A commit on its way: what becomes of it between the push and the live object.
import type { Committed, PendingShift, PolicyMemory, Shift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { SyncerView } from '../model/ports/syncer.ts';
import type { Instant } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';
import { type PassInput, type PassParts, syncPatience } from './pass-report.ts';

/** A commit is looked after again when the branch moved on without us, or when nothing synced it for long. */
export function isDue({ committed }: PendingShift, tip: CommitId, now: Instant): boolean {
	if (committed === undefined) return true;
	const { commit, on, at, seenAt = at } = committed;
	return now - seenAt >= syncPatience || (tip !== commit && tip !== on);
}

/**
 * Since when a commit is waited for; `undefined` where there is none. What people had to merge first is not late for
 * having waited for them.
 */
export function waitsSince({ committed, requested, decidedAt }: PendingShift): Instant | undefined {
	return committed && (requested === undefined ? decidedAt : committed.at);
}

/** What a receipt of a commit says: it was pushed just now, or the branch has carried the weights for some time. */
export interface Landing {
	readonly commit: CommitId;
	/** The tip that was known before. */
	readonly on: CommitId;
	readonly at: Instant;
	readonly pushed: boolean;
}

/** The time of the push stays that of the first one. */
export function noteCommit(before: Committed | undefined, { commit, on, at, pushed }: Landing): Committed {
	return pushed || before === undefined ? { commit, on, at } : { commit, on, at: before.at, seenAt: at };
}

/**
 * The memory once the branch carries these weights: the first commit that did is remembered, and no person's edit stands
 * against them any more.
 */
export function noteWritten(
	memory: PolicyMemory,
	{ to, episode }: Pick<Shift, 'to' | 'episode'>,
	{ commit, pushed }: Pick<Landing, 'commit' | 'pushed'>,
): PolicyMemory {
	const { manual: _, ...rest } = memory;
	const { written } = rest;
	const known = !pushed && written?.episode === episode.id && sameRatio(written.to, to);
	return known ? rest : { ...rest, written: { commit, to, episode: episode.id } };
}

/** Commits known to carry these weights. */
export function commitsOf({ written, pending }: PolicyMemory, to: Weights): readonly CommitId[] {
	const first = written !== undefined && sameRatio(written.to, to) ? [written.commit] : [];
	const committed = pending !== undefined && sameRatio(pending.shift.to, to) ? pending.committed : undefined;
	return [...new Set([...first, ...(committed === undefined ? [] : [committed.commit])])];
}

export interface Asked {
	readonly input: PassInput;
	readonly pending: PendingShift;
	readonly live: LiveTarget | undefined;
}

/** What the target's syncer says of a pending shift's commit. */
export async function askSyncer(
	parts: PassParts,
	{ input, pending, live }: Asked,
	signal: AbortSignal,
): Promise<SyncerView | undefined> {
	const { key, target } = input.policy;
	const commits = commitsOf({ ...parts.ledger.load(key), pending }, pending.shift.to);
	return await parts.syncers.look({ target, commits, ...(live && { live }) }, signal);
}
