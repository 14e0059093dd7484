// What brings Git up to date with weights that were written directly.
import type { EditChange, PullRequestChange } from '../model/change.ts';
import type { PendingShift, PolicyMemory } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import { describeTarget } from '../model/names.ts';
import { baselineWeights, type FailoverPolicy } from '../model/policy.ts';
import type { Weights } from '../model/weights.ts';
import { planEdit } from '../plan/plan-edit.ts';
import { planPullRequest } from '../plan/pull-request-change.ts';
import { mayAsk } from './ladder.ts';
import type { DeliverySettings, PassInput, PassParts } from './pass-report.ts';

export type Debt = NonNullable<PolicyMemory['debt']>;

/** Whether people are asked for what is owed: where they are asked, only a step of the ladder commits without them. */
export function asksForDebt(
	{ failover: { via, escalate = [] } }: FailoverPolicy,
	{ diverted }: Pick<Debt, 'diverted'>,
	settings: DeliverySettings,
): boolean {
	if (diverted && mayAsk(via, settings)) return true;
	return via === 'PullRequest' && !escalate.some(({ to }) => to === 'Commit');
}

export interface Owed {
	readonly input: PassInput;
	readonly debt: Debt;
	readonly live: LiveTarget;
	readonly memory: PolicyMemory;
}

/** The weights that are live, for Git. */
export function planPayment(
	{ settings, clock }: Pick<PassParts, 'settings' | 'clock'>,
	{ input, debt, live, memory }: Owed,
	to: Weights,
): EditChange | PullRequestChange {
	const { policy, snapshot, manifests, tip } = input;
	const payment = { shift: composeShift(policy, memory, to, debt), decidedAt: debt.since };
	const destination = { policy, live, manifests, policyCommit: tip, memory };
	if (!asksForDebt(policy, debt, settings())) return planEdit(payment, destination);
	const request = { snapshot, settings: settings().pulls, now: clock.now() };
	const change = planPullRequest(payment, { ...destination, request });
	// The weights are written, and all steps before that one were due by then.
	const rungs = change.rungs.filter((rung) => rung.to !== 'Direct' && rung.to !== 'Commit');
	return { ...change, rungs: rungs.map((rung) => ({ ...rung, at: debt.since })) };
}

function composeShift(
	policy: FailoverPolicy,
	{ written, episode }: PolicyMemory,
	to: Weights,
	{ since }: Debt,
): PendingShift['shift'] {
	return {
		kind: 'shift',
		move: 'failover',
		from: written?.to ?? baselineWeights(policy),
		to,
		episode: episode ?? { id: `${policy.key}-${Math.floor(since).toString(36)}`, since },
		reasons: [{ code: 'GitDebt', target: describeTarget(policy.target) }],
	};
}
