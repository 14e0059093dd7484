// Pull requests that were merged although nobody wanted them any more.
import type { PolicyKey } from '../../model/names.ts';
import type { PullRequestNote, PullRequestText } from '../../model/ports/pull-request-text.ts';
import type { RestingPolicy } from '../../model/ports/pull-requests.ts';
import type { LateMerge } from '../../model/pull-request.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { Weights } from '../../model/weights.ts';
import type { EditSource } from '../tip-edit.ts';
import { findOtherWeights } from './draft.ts';
import type { Sight } from './sight.ts';
import type { Branch, Wish, Wishes } from './wishes.ts';

/** What was merged longer ago is no news to anybody. */
const lookBack: Milliseconds = 86_400_000;

interface MergeSource {
	readonly wishes: Wishes;
	readonly text: PullRequestText;
}

/** The policies that the newest pull request of the group was for, where that was merged of late. */
export function mergedMembers(
	{ wishes, text }: MergeSource,
	branch: Branch,
	{ subject, now }: Sight,
): readonly PolicyKey[] {
	const { pull, note } = subject ?? {};
	const at = pull?.mergedAt ?? pull?.updatedAt ?? 0;
	if (pull?.state !== 'merged' || note === undefined || now - at > lookBack) return [];
	return wishes.askers(branch).filter((policy) => isMember(text, note, policy));
}

/** Those that rest on other weights than it left on the base. */
export async function findLateMerges(
	source: MergeSource & { readonly edits: EditSource },
	branch: Branch,
	sight: Sight,
	signal: AbortSignal,
): Promise<ReadonlyMap<PolicyKey, LateMerge>> {
	const { subject, draft, group } = sight;
	const late = new Map<PolicyKey, LateMerge>();
	for (const policy of mergedMembers(source, branch, sight)) {
		const rests = restingOn(source.wishes.of(policy));
		const to = rests && (await findOtherWeights(source.edits, draft.base, rests, signal));
		if (to === undefined || subject === undefined) continue;
		const { number, url, mergedBy: by, mergedAt, updatedAt } = subject.pull;
		const at = mergedAt ?? updatedAt;
		late.set(policy, { number, url, at, move: group.move, to, ...(by === undefined ? {} : { by }) });
	}
	return late;
}

/** The weights a policy is content with, or asks to have back at once, and where they stand in Git. */
function restingOn(wish: Wish | undefined): (RestingPolicy & { readonly weights: Weights }) | undefined {
	if (wish?.kind === 'wants') {
		const { policy, target, edit, shift } = wish.change;
		return edit.urgent ? { policy, target, folder: edit.folder, weights: shift.to } : undefined;
	}
	if (wish?.why.kind !== 'unneeded' || wish.why.weights === undefined) return undefined;
	return { ...wish.resting, weights: wish.why.weights };
}

function isMember(
	text: PullRequestText,
	{ allMembers, members }: PullRequestNote,
	policy: PolicyKey,
): boolean {
	const asked = text.memberOf(policy, '').policy;
	return allMembers === true || members.some((member) => member.policy === asked);
}
