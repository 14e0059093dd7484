// The pull requests of all groups: what policies want comes in, the server is looked at and changed in the background,
// and policies are woken when there is news for them.
import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequests } from '../../model/ports/pull-requests.ts';
import { formatBranch } from '../../model/pull-request.ts';
import type { Milliseconds } from '../../model/time.ts';
import { createBudget } from './budget.ts';
import { createGroups } from './groups.ts';
import { lookAtGroup } from './look-at-group.ts';
import { createRequiredChecks } from './required-checks.ts';
import { createSchedule } from './schedule.ts';
import type { PullRequestParts, Session } from './session.ts';
import { firstSweep, sweepBranches, sweepKey } from './sweep.ts';
import { type Asker, type Branch, createWishes } from './wishes.ts';

/** The port, and what keeps it going. */
export interface PullRequestKeeper extends PullRequests {
	/** The policies in force, and the groups they may join. */
	declare(askers: readonly Asker[]): void;
	/** Somebody says that something has changed: the base, or the pull request of one branch. */
	hint(branch?: Branch): void;
	/** Runs until aborted, then ends what is under way. */
	run(signal: AbortSignal): Promise<void>;
}

/** Failovers that come within this span share one commit, as those by commit do. */
const coalesce: Milliseconds = 50;
const lull: Milliseconds = 20;
const longestCoalesce: Milliseconds = 250;

/** What is not urgent waits for others. */
const calmHold: Milliseconds = 10_000;

/** Groups that are talked about with the forge at once. */
const width = 4;

export function createPullRequests(parts: PullRequestParts): PullRequestKeeper {
	const { clock } = parts;
	const session: Session = {
		parts,
		wishes: createWishes(),
		groups: createGroups(),
		schedule: createSchedule<Branch>(clock, width),
		budget: createBudget(),
		stuck: new Set(),
		rested: new Set(),
		startedAt: clock.now(),
		requiredChecks: createRequiredChecks(parts.forge, clock),
	};
	const { wishes, groups, schedule, rested } = session;
	return {
		deliver(change) {
			for (const branch of wishes.want(change, clock.now())) noteNews(session, branch, isUrgent(change));
			return Promise.resolve(groups.answer(formatBranch(change.group), wishes.of(change.policy)));
		},
		rest(resting, why) {
			rested.add(resting.policy);
			for (const branch of wishes.rest(resting, why)) {
				const { isOpen, isLooked, isMerged } = groups.of(branch);
				if (!isLooked || isOpen || isMerged) noteNews(session, branch, isOpen || isMerged);
			}
		},
		isLifted: (_, veto) => groups.isLifted(veto),
		lateMerge: (policy) => groups.late(policy),
		declare(askers) {
			for (const branch of wishes.declare(askers)) noteNews(session, branch, false);
			schedule.at(sweepKey, clock.now() + firstSweep);
		},
		hint(branch) {
			for (const each of branch === undefined ? groups.live() : [branch]) {
				if (wishes.group(each) !== undefined) schedule.at(each, clock.now());
			}
		},
		run: (signal) =>
			schedule.run(
				(key, life) => (key === sweepKey ? sweepBranches(session, life) : lookAtGroup(session, key, life)),
				signal,
			),
	};
}

function isUrgent({ shift, edit }: PullRequestChange): boolean {
	return shift.move === 'failover' || edit.urgent === true;
}

/** Urgent news is waited for a moment, in case more comes; other news for longer. */
function noteNews({ parts, groups, schedule }: Session, branch: Branch, urgent: boolean): void {
	const now = parts.clock.now();
	if (!urgent) {
		schedule.at(branch, now + calmHold);
		return;
	}
	const state = groups.of(branch);
	state.newsSince ??= now;
	const quiet = Math.max(state.newsSince + coalesce, now + lull);
	const due = Math.min(state.newsSince + longestCoalesce, quiet);
	if (state.isGathering) schedule.move(branch, due);
	else schedule.at(branch, due);
	state.isGathering = true;
}
