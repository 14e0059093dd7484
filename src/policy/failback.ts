// `spec.failback`: returning to a better tier.
import { z } from 'zod';
import type { FailoverPolicy } from '../model/policy.ts';
import { duration, durationWithin, maxDuration } from './duration.ts';
import { ramp } from './ramp.ts';
import { via } from './via.ts';

type Failback = FailoverPolicy['failback'];

/** What is quicker than a person can follow is no step. */
const leastInterval = 1_000;

// 2m: longer than the 99 s a Linkerd gateway probe may need to notice a silent partition.
// 60s: Flagger's interval.
const fields = z
	.strictObject({
		mode: z.enum(['Auto', 'Manual']).default('Auto').meta({ description: 'Manual: only a person returns.' }),
		after: duration
			.prefault('2m')
			.meta({ description: 'How long a better tier must be healthy before the return.' }),
		via,
		autoMerge: z.boolean().default(false).meta({
			description: 'With via: PullRequest, the pull request is merged by itself once its checks pass.',
		}),
		ramp,
		rampInterval: durationWithin(leastInterval, maxDuration).prefault('60s').meta({
			description: 'How long a step of the ramp is live before the next one, at least 1s.',
		}),
	})
	.meta({ title: 'Failback', description: 'Returning to a better tier.' });

/** With its defaults. */
interface WrittenFailback extends Omit<Failback, 'via' | 'autoMerge' | 'ramp'> {
	readonly via?: Failback['via'] | undefined;
	readonly autoMerge: boolean;
	readonly ramp?: readonly number[] | undefined;
	readonly rampInterval: number;
}

export const failback: z.ZodPrefault<z.ZodType<WrittenFailback>> = fields.prefault({});

/** `via` may still have to come from `spillway.yaml`. */
export type FailbackDraft = Omit<Failback, 'via'> & Partial<Pick<Failback, 'via'>>;

/** A ramp of one step is none. */
export function completeFailback(written: WrittenFailback): FailbackDraft {
	const { mode, after, via: way, autoMerge, ramp: steps, rampInterval } = written;
	return {
		mode,
		after,
		...(way !== undefined && { via: way }),
		...(autoMerge && { autoMerge }),
		...(steps !== undefined && steps.length > 1 && { ramp: steps, rampInterval }),
	};
}
