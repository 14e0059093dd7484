// When a person's close of a pull request speaks against a move.
import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequest } from '../../model/ports/forge.ts';
import type { PullRequestText } from '../../model/ports/pull-request-text.ts';
import type { Veto } from '../../model/pull-request.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { Subject } from './subject.ts';

/**
 * So long a veto counts for a move whose episode may have begun under another name: a process that starts with nothing
 * names it anew.
 */
const rememberedFor: Milliseconds = 86_400_000;

interface VetoContext {
	readonly now: Instant;
	readonly mayBeOld: (change: PullRequestChange) => boolean;
}

/** Whether somebody vetoed the move: closed its pull request unmerged, or said so on the open one. */
export function speaksAgainst(
	text: PullRequestText,
	{ pull, note, closure, controls }: Subject,
	change: PullRequestChange,
	{ now, mayBeOld }: VetoContext,
): boolean {
	if (pull.state === 'merged') return false;
	if (pull.state === 'open') return controls.veto !== undefined;
	if (note === undefined || note.withdrawnAt !== undefined || closure?.byBranch === true) return false;
	if (isRetried({ pull, controls })) return false;
	const closedAt = closedAtOf(pull);
	if (note.allMembers === true && change.shift.episode.since <= closedAt) return true;
	const { policy, shift } = change;
	const asked = text.memberOf(policy, shift.episode.id);
	const isNamed = note.members.some(
		(member) => member.policy === asked.policy && member.episode === asked.episode,
	);
	if (isNamed) return true;
	const isMember = note.members.some((member) => member.policy === asked.policy);
	return isMember && mayBeOld(change) && now - closedAt < rememberedFor;
}

/** Whether somebody asked, after it was closed, to have it tried again. */
export function isRetried({ pull, controls }: Pick<Subject, 'pull' | 'controls'>): boolean {
	return controls.retriedAt !== undefined && controls.retriedAt >= closedAtOf(pull);
}

/** Forges that do not say when a pull request was closed say when it was last touched. */
function closedAtOf({ closedAt, updatedAt }: PullRequest): Instant {
	return closedAt ?? updatedAt;
}

export function vetoOf({ pull, closure, controls }: Subject, { shift }: PullRequestChange): Veto {
	const by = controls.veto?.by ?? closure?.by;
	return {
		episode: shift.episode.id,
		move: shift.move,
		number: pull.number,
		url: pull.url,
		...(by === undefined ? {} : { by }),
		at: closedAtOf(pull),
	};
}
