// When the steps are due that follow where a failover is not live in time.
import type { PendingShift } from './decision.ts';
import type { EscalationStep, FailoverPolicy } from './policy.ts';
import { noControls, type Rung } from './pull-request.ts';
import type { Instant } from './time.ts';

/** The steps of a move, in order; a failback has none. */
export function rungsOf(
	{ failover }: Pick<FailoverPolicy, 'failover'>,
	{ shift, decidedAt }: Pick<PendingShift, 'shift' | 'decidedAt'>,
): readonly Rung[] {
	const { via, escalate = [] } = failover;
	if (shift.move !== 'failover' || via === 'Direct') return [];
	return escalate.map(({ to, after }) => ({ to, at: decidedAt + after }));
}

/** When a step of a pending shift is due, as people hold it off or hasten it; `undefined`: never. */
export function stepDueAt(
	policy: Pick<FailoverPolicy, 'failover'>,
	pending: PendingShift,
	step: EscalationStep,
): Instant | undefined {
	const rungs = rungsOf(policy, pending);
	const index = rungs.findIndex(({ to }) => to === step);
	const rung = rungs[index];
	if (rung === undefined) return undefined;
	const { hold, hastened } = pending.requested?.controls ?? noControls;
	const at = index < hastened ? pending.decidedAt : rung.at;
	return hold === undefined ? at : Math.max(at, hold.until);
}
