// A failover that is not live in time by way of Git is written directly, with the syncer held off the target.
import { judgeContest } from '../decide/contest.ts';
import type { PendingShift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import { describeTarget } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { Reason } from '../model/reason.ts';
import { sameRatio } from '../model/weights.ts';
import { planEscalation } from '../plan/plan-change.ts';
import { follow } from './carry-out.ts';
import type { Escalated, PassEnd, PassInput, PassParts } from './pass-report.ts';
import { askSyncer, commitsOf } from './sync-wait.ts';

export interface Emergency {
	readonly input: PassInput;
	readonly pending: PendingShift;
	readonly live: LiveTarget;
}

/** How a direct write ended, or why it is left undone. */
export type EscalationEnd = PassEnd | { readonly kind: 'contested'; readonly reason: Reason };

/** Writes the weights directly, unless somebody keeps undoing them. */
export async function escalate(
	parts: PassParts,
	emergency: Emergency,
	signal: AbortSignal,
): Promise<EscalationEnd> {
	const { input, live } = emergency;
	const { policy, manifests, tip } = input;
	const pending = enterContest(parts, emergency);
	if (typeof pending === 'number') return { kind: 'contested', reason: describeContest(emergency, pending) };
	if (parts.duty(policy) !== 'write') return { kind: 'held' };
	const hold = await parts.syncers.holdOff({ policy: policy.key, target: policy.target }, signal);
	if (hold.kind === 'impossible') return failed(hold.problem);
	const memory = parts.ledger.load(policy.key);
	const destination = { policy, live, manifests, policyCommit: tip, memory };
	const change = planEscalation(pending, destination, hold.kind === 'annotate');
	const receipt = await parts.delivery.deliver(change, signal);
	if (receipt.kind !== 'delivered') return await follow(parts, { input, pending, change }, receipt, signal);
	const now = parts.clock.now();
	const { to } = pending.shift;
	const since = memory.debt?.since ?? now;
	const debt = { to, since, ...(pending.diverted && { diverted: pending.diverted }) };
	parts.ledger.save(policy.key, { ...memory, debt });
	const end = await follow(parts, { input, pending, change }, receipt, signal);
	const undone = memory.debt !== undefined && sameRatio(memory.debt.to, pending.shift.to);
	return { ...end, escalated: await describe(parts, { ...emergency, undone }, signal) };
}

/** Counts the round where these weights were live before; each pending shift is one round, however often it is tried.
 * Returns their number where they are too many. */
function enterContest(parts: PassParts, { input, pending }: Emergency): PendingShift | number {
	const { key } = input.policy;
	const now = parts.clock.now();
	if (pending.escalatedAt !== undefined) return pending;
	// A commit may have come of it since it was looked at.
	const { pending: current = pending, ...before } = parts.ledger.load(key);
	const contest = judgeContest(before, pending.shift.to, now);
	if (contest.kind === 'rest') return contest.rounds;
	const entered = { ...current, escalatedAt: now };
	parts.ledger.save(key, { ...contest.memory, pending: entered });
	return entered;
}

function describeContest({ input, live }: Emergency, rounds: number): Reason {
	const { manager } = live;
	const target = describeTarget(input.policy.target);
	return { code: 'Contested', target, rounds, ...(manager === undefined ? {} : { manager }) };
}

async function describe(
	parts: PassParts,
	{ input, pending, live, undone }: Emergency & { readonly undone: boolean },
	signal: AbortSignal,
): Promise<Escalated> {
	const since = parts.clock.now() - pending.decidedAt;
	if (undone) return { since, blocker: `${live.manager ?? 'somebody'} undid them` };
	if (commitsOf({ ...parts.ledger.load(input.policy.key), pending }, pending.shift.to).length === 0)
		return { since, blocker: describeDelay(input.policy, pending) };
	const view = await askSyncer(parts, { input, pending, live }, signal);
	return { since, ...(view?.blocker === undefined ? {} : { blocker: view.blocker.detail }) };
}

/** Why Git does not have the weights yet. */
function describeDelay({ failover }: FailoverPolicy, { requested, diverted }: PendingShift): string {
	if (requested === undefined) {
		const asked = failover.via === 'PullRequest' || diverted;
		return asked ? 'no pull request could be opened in time' : 'no commit could be pushed in time';
	}
	const why = requested.blocker === undefined ? '' : `: ${requested.blocker}`;
	return `pull request #${requested.number} was not merged in time${why}`;
}

function failed(problem: Problem): PassEnd {
	return { kind: 'failed', problem, message: problem.message };
}
