// `spec.failover.escalate`: what follows, one step after the other, while the weights are not live.
import { z } from 'zod';
import type { Escalation, EscalationStep } from '../model/policy.ts';
import { formatDuration } from '../model/time.ts';
import { durationWithin, maxDuration } from './duration.ts';
import { reportFault } from './fault.ts';

/** A push and the syncer's own look take seconds: what is shorter would escalate every move. */
const leastAfter = 5_000;

/** Each asks less of people than the one before, so none comes after one that asks nothing of them. */
const ladder = ['Notify', 'Reviewers', 'AutoMerge', 'Commit', 'Direct'] as const satisfies EscalationStep[];

const step = z
	.strictObject({
		after: durationWithin(leastAfter, maxDuration).meta({
			description: 'How long after the decision the step is taken, if the weights are not live, at least 5s.',
		}),
		to: z.enum(ladder).meta({
			description:
				'Notify: onCall is named in a comment. Reviewers: they are asked for a review. AutoMerge: the pull request is merged once its checks pass. Commit: the weights are committed. Direct: they are patched on the cluster.',
		}),
	})
	.meta({ title: 'Step' });

export const escalate: z.ZodOptional<z.ZodType<readonly Escalation[]>> = z
	.array(step)
	.max(ladder.length)
	.superRefine(checkLadder)
	.meta({
		title: 'Escalation',
		description:
			'What follows while the weights are not live, each step later than the one before. Default: they are waited for. With via: Commit only Direct; Direct needs a cluster with a syncer.',
	})
	.optional();

function checkLadder(steps: readonly Escalation[], context: z.RefinementCtx): void {
	for (const [index, { after, to }] of steps.entries()) {
		const before = steps.slice(0, index);
		const last = before.at(-1);
		const higher = before.find((other) => ladder.indexOf(other.to) > ladder.indexOf(to));
		if (before.some((other) => other.to === to)) {
			const message = `${to} stands in an earlier step too`;
			reportFault(context, { code: 'E_ESCALATION', message, remedy: 'keep one of the two' }, [index, 'to']);
		} else if (higher !== undefined) {
			const fault = {
				code: 'E_ESCALATION',
				message: `${to} cannot follow ${higher.to}`,
				expected: `the order ${ladder.join(', ')}`,
				remedy: `take it before ${higher.to}, or leave it out`,
			} as const;
			reportFault(context, fault, [index, 'to']);
		}
		if (last !== undefined && after <= last.after) {
			const fault = {
				code: 'E_ESCALATION',
				message: 'is not later than the step before',
				got: formatDuration(after),
				expected: `more than ${formatDuration(last.after)}`,
				remedy: 'let each step come later than the one before',
			} as const;
			reportFault(context, fault, [index, 'after']);
		}
	}
}

export function withEscalation(steps: readonly Escalation[] | undefined): {
	readonly escalate?: readonly Escalation[];
} {
	return steps === undefined || steps.length === 0 ? {} : { escalate: steps };
}
