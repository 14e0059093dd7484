import { describeTarget } from '../model/names.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { PolicyDraft } from './drafts.ts';

/** One side of a conflict: each side is told, and neither comes into force. */
export interface Conflict {
	readonly draft: PolicyDraft;
	readonly problem: Problem;
}

/** Policies that claim the same name or the same target. */
export function findConflicts(drafts: readonly PolicyDraft[]): readonly Conflict[] {
	const sameName = pairUp(drafts, ({ key }) => key).map(([draft, other]) => ({
		draft,
		problem: problem('E_CONFLICT', {
			where: draft.places.name,
			message: `policy ${draft.key} stands at ${other.source} too`,
		}),
	}));
	const sameTarget = pairUp(drafts, ({ target }) => `${target.group} ${describeTarget(target)}`).map(
		([draft, other]) => ({
			draft,
			problem: problem('E_CONFLICT', {
				where: draft.places.target,
				message: `${describeTarget(draft.target)} is the target of ${other.key} at ${other.source} too`,
			}),
		}),
	);
	return [...sameName, ...sameTarget];
}

/** Each draft that shares its identity, with another one that has the same. */
function pairUp(
	drafts: readonly PolicyDraft[],
	identify: (draft: PolicyDraft) => string,
): readonly (readonly [PolicyDraft, PolicyDraft])[] {
	return [...Map.groupBy(drafts, identify).values()].flatMap((group) =>
		group.flatMap((draft) => {
			const other = group.find((candidate) => candidate !== draft);
			return other === undefined ? [] : [[draft, other] as const];
		}),
	);
}
