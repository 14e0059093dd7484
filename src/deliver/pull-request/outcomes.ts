// What a group's state means for each of its policies: the receipts that their passes get.
import type { PullRequestChange } from '../../model/change.ts';
import type { PolicyKey } from '../../model/names.ts';
import { type Problem, problem } from '../../model/problem.ts';
import type { Receipt } from '../../model/receipt.ts';
import { rejected } from '../rejection.ts';
import type { Tended } from './group-keeper.ts';
import type { Sight } from './sight.ts';
import type { Settled } from './step.ts';
import { vetoOf } from './veto.ts';

/** A receipt for each policy that wants something. `asked`: the policies that were asked for before. */
export function receiptsOf(
	{ sight, settled }: Tended,
	wanted: readonly PullRequestChange[],
	asked: ReadonlySet<PolicyKey>,
): ReadonlyMap<PolicyKey, Receipt> {
	return new Map(
		wanted.flatMap((change) => {
			const receipt = receiptOf(sight, settled, change, asked.has(change.policy));
			return receipt === undefined ? [] : [[change.policy, receipt] as const];
		}),
	);
}

function receiptOf(
	{ draft, vetoed, subject, group }: Sight,
	{ view, obstacle }: Settled,
	change: PullRequestChange,
	wasAsked: boolean,
): Receipt | undefined {
	if (subject !== undefined && vetoed.includes(change))
		return { kind: 'vetoed', veto: vetoOf(subject, change) };
	const result = draft.results.get(change.policy);
	// It came while the group was looked at: the next look tells.
	if (result === undefined) return undefined;
	const evidence = { kind: 'committed', commit: draft.base } as const;
	switch (result.kind) {
		case 'same':
			return wasAsked ? { kind: 'delivered', evidence } : { kind: 'unchanged', evidence };
		case 'held':
			return { kind: 'held', manual: result.manual };
		case 'refused':
			return rejected(result.problem, 'on-change');
		case 'edited':
			return {
				kind: 'requested',
				...(view && { pull: view }),
				...(obstacle && { obstacle: explainObstacle(obstacle, group.name) }),
			};
	}
}

function explainObstacle(obstacle: NonNullable<Settled['obstacle']>, name: string): Problem {
	const where = { kind: 'named', name } as const;
	switch (obstacle) {
		case 'budget':
			return problem('E_PULL_BUDGET', {
				where,
				message: 'as many pull requests are open, or were opened of late, as spec.pullRequests allows',
			});
		case 'foreignBranch':
			return problem('E_FORGE_REFUSED', {
				where,
				message: 'the branch of its pull request holds a commit that Spillway did not make',
				remedy: 'delete the branch, or open a pull request from it and comment /spillway retry there',
			});
	}
}
