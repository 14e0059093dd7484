// What the parts of the keeper share.
import type { PolicyKey } from '../../model/names.ts';
import type { Random } from '../../model/ports/clock.ts';
import type { PullRequest } from '../../model/ports/forge.ts';
import { type PullRequestEvent, type PullRequestNews, parseBranch } from '../../model/pull-request.ts';
import type { Instant } from '../../model/time.ts';
import type { EditSource } from '../tip-edit.ts';
import type { PullRequestBudget } from './budget.ts';
import { createDrafts } from './draft.ts';
import type { GroupKeeperParts } from './group-keeper.ts';
import type { GroupState, Groups } from './groups.ts';
import type { ReadRequiredChecks } from './required-checks.ts';
import type { Schedule } from './schedule.ts';
import type { StepTaker } from './step-taker.ts';
import type { Branch, Wishes } from './wishes.ts';

export interface PullRequestParts
	extends Omit<StepTaker, 'tell' | 'onOpened' | 'onStuck' | 'isDraft'>,
		Pick<GroupKeeperParts, 'clock' | 'settings' | 'leads' | 'fileUrl'> {
	readonly random: Random;
	/** How manifests are found and edited; a person's edit is told from a stale state by it. */
	readonly edits: EditSource;
	/** There is news for these policies. */
	readonly wake: (policies: ReadonlySet<PolicyKey>) => void;
	readonly onNews: (news: PullRequestNews) => void;
}

export interface Session {
	readonly parts: PullRequestParts;
	readonly wishes: Wishes;
	readonly groups: Groups;
	readonly schedule: Schedule<Branch>;
	readonly budget: PullRequestBudget;
	/** Pull requests that could not be opened again. */
	readonly stuck: Set<number>;
	/** Policies that asked for nothing at some time. */
	readonly rested: Set<PolicyKey>;
	readonly startedAt: Instant;
	readonly requiredChecks: ReadRequiredChecks;
}

/** Tells people of a group's pull request. */
export function tell(
	{ parts, wishes, groups }: Session,
	branch: Branch,
	event: PullRequestEvent,
	{ number, url, detail }: Pick<PullRequest, 'number' | 'url'> & { readonly detail?: string | undefined },
): void {
	const group = wishes.group(branch) ?? parseBranch(branch);
	if (group === undefined || isKnown(groups.of(branch), event, detail)) return;
	const policies = groups.of(branch).memory.lastChanges.map(({ policy }) => policy);
	parts.onNews({ event, group, number, url, policies, ...(detail === undefined ? {} : { detail }) });
}

/** What it takes to tend one group. */
export function keeperOf(session: Session, branch: Branch): GroupKeeperParts {
	const { parts, wishes, groups, budget, stuck, rested, startedAt, requiredChecks } = session;
	const { clock, settings } = parts;
	const state = groups.of(branch);
	state.draftOn ??= createDrafts(parts.edits);
	return {
		...parts,
		wishes,
		isDraft: () => settings().isDraft,
		startedAt,
		stuck,
		hasRested: (policy) => rested.has(policy),
		draftOn: state.draftOn,
		requiredChecks,
		openCount: groups.open,
		mayOpen: () => budget.allows(settings(), groups.open(), clock.now()),
		tell: (event, { number, url }, detail) => tell(session, branch, event, { number, url, detail }),
		onOpened: () => budget.note(clock.now()),
		onStuck: ({ number }) => stuck.add(number),
	};
}

/** What stands in the way of a merge is asked for again and again, and told once. */
function isKnown(state: GroupState, event: PullRequestEvent, detail: string | undefined): boolean {
	const known = event === 'Blocked' && state.blockedBy === detail;
	if (event !== 'Blocked') delete state.blockedBy;
	else if (detail !== undefined) state.blockedBy = detail;
	return known;
}
