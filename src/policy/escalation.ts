import { z } from 'zod';
import type { Escalation } from '../model/policy.ts';
import { durationWithin, maxDuration } from './duration.ts';
import { reportFault } from './fault.ts';

/** A push and the syncer's own look take seconds: what is shorter would escalate every move. */
const leastAfter = 5_000;

const step = z
	.strictObject({
		after: durationWithin(leastAfter, maxDuration).meta({
			description: 'How long after the decision a commit that is not live is waited for, at least 5s.',
		}),
		to: z.enum(['Direct']).meta({ description: 'Direct: the weights are patched on the cluster.' }),
	})
	.meta({ title: 'Step' });

/** `spec.failover.escalate`: at most one step in this version. */
export const escalate: z.ZodOptional<z.ZodType<readonly Escalation[]>> = z
	.array(step)
	.superRefine((steps, context) => {
		if (steps.length < 2) return;
		reportFault(context, {
			code: 'E_NOT_SUPPORTED',
			message: 'with several steps is not supported yet',
			got: `${steps.length} steps`,
			remedy: 'keep the one that leads to Direct',
		});
	})
	.meta({
		title: 'Escalation',
		description:
			'What follows where a commit is not live in time. Default: the commit is waited for. Only with via: Commit, on a cluster with a syncer.',
		maxItems: 1,
	})
	.optional();

export function withEscalation(steps: readonly Escalation[] | undefined): {
	readonly escalate?: Escalation;
} {
	const [first] = steps ?? [];
	return first === undefined ? {} : { escalate: first };
}
