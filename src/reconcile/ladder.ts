// Which way a shift goes now: as its policy says, as people approved, or as its ladder has it by now.
import type { PendingShift, PolicyMemory, Shift } from '../model/decision.ts';
import { stepDueAt } from '../model/ladder.ts';
import type { FailoverPolicy, Via } from '../model/policy.ts';
import { earlier, type Instant } from '../model/time.ts';
import { sameRatio } from '../model/weights.ts';
import type { DeliverySettings } from './pass-report.ts';

export interface WayQuestion {
	readonly policy: FailoverPolicy;
	readonly pending: PendingShift;
	readonly memory: Pick<PolicyMemory, 'approved'>;
	readonly settings: DeliverySettings;
	readonly now: Instant;
}

/** Which way a pending shift goes at `now`. */
export function wayOf({ policy, pending, memory, settings, now }: WayQuestion): Via {
	const { shift, diverted } = pending;
	const { via } = policy[shift.move];
	if (via === 'Direct') return via;
	if (diverted && mayAsk(via, settings)) return 'PullRequest';
	if (via === 'Commit' || isApproved(memory, shift)) return 'Commit';
	const commitAt = stepDueAt(policy, pending, 'Commit');
	return commitAt !== undefined && now >= commitAt ? 'Commit' : 'PullRequest';
}

/** Whether people may be asked where a protected branch refuses a commit. */
export function mayAsk(via: Via, { commits }: DeliverySettings): boolean {
	return via === 'PullRequest' || (via === 'Commit' && commits.onRefused === 'PullRequest');
}

/** Whether any of a policy's moves may become a pull request. */
export function mayEverAsk({ failover, failback }: FailoverPolicy, settings: DeliverySettings): boolean {
	return mayAsk(failover.via, settings) || mayAsk(failback.via, settings);
}

/** People approve the whole way back by merging its first step. */
function isApproved({ approved }: Pick<PolicyMemory, 'approved'>, shift: Shift): boolean {
	if (approved === undefined || shift.move !== 'failback') return false;
	return approved.episode === shift.episode.id && sameRatio(approved.to, endOf(shift));
}

/** The weights at the end of a shift's way. */
export function endOf({ to, ramp }: Shift): Shift['to'] {
	return ramp?.final ?? to;
}

/**
 * When a pending shift is to be written directly; `undefined`: never. Weights that a late sync undid although they are
 * owed to Git are written again at once.
 */
export function escalatesAt(
	policy: FailoverPolicy,
	pending: PendingShift,
	{ debt }: Pick<PolicyMemory, 'debt'>,
): Instant | undefined {
	const { shift, decidedAt } = pending;
	const at = stepDueAt(policy, pending, 'Direct');
	const undone = debt !== undefined && sameRatio(debt.to, shift.to);
	return at !== undefined && undone ? decidedAt : at;
}

/** What a pass went by when it chose a shift's way, and when that was. */
export interface Choice {
	readonly memory: PolicyMemory;
	readonly at: Instant;
}

/**
 * When a pending shift goes another way by itself, if the last pass chose its way like this; `undefined`: never. What
 * has fallen due since, by the clock or by what people said, is due at once.
 */
export function nextStepAt(
	policy: FailoverPolicy,
	memory: PolicyMemory,
	now: Instant,
	chosen: Choice,
): Instant | undefined {
	const before = stepsOf(policy, chosen.memory);
	return stepsOf(policy, memory)
		.map((at, index) => {
			if (at === undefined || at > now) return at;
			const was = before[index];
			return was === undefined || was > chosen.at ? now : undefined;
		})
		.reduce(earlier, undefined);
}

/** When a pending shift is to be committed without a review, and when to be written directly. */
function stepsOf(policy: FailoverPolicy, memory: PolicyMemory): readonly (Instant | undefined)[] {
	const { pending } = memory;
	if (pending === undefined) return [undefined, undefined];
	const commitAt = policy.failover.via === 'PullRequest' ? stepDueAt(policy, pending, 'Commit') : undefined;
	return [commitAt, escalatesAt(policy, pending, memory)];
}
