// `spec.failback.ramp`: percentages of the way back.
import { z } from 'zod';
import { type Fault, reportFault } from './fault.ts';

/** More steps than this are no caution any more, only delay. */
export const maxRampSteps = 10;

export const ramp: z.ZodOptional<z.ZodType<readonly number[]>> = z
	.array(z.int().min(1).max(100))
	.min(1)
	.max(maxRampSteps)
	.superRefine((steps, context) => {
		for (const [index, fault] of findFaults(steps)) reportFault(context, fault, [index]);
	})
	.meta({
		title: 'Ramp',
		description:
			'Percentages of the way back, rising to 100, such as [10, 50, 100]. Default: the way back is one step.',
	})
	.optional();

function* findFaults(steps: readonly number[]): Generator<readonly [number, Fault]> {
	for (const [index, percent] of steps.entries()) {
		const before = steps[index - 1];
		if (before !== undefined && percent <= before) {
			const got = String(percent);
			const expected = `more than ${before}`;
			yield [index, { code: 'E_RAMP', message: 'is not more than the step before', got, expected }];
		} else if (index === steps.length - 1 && percent !== 100) {
			const message = 'is the last step, and does not go all the way';
			yield [index, { code: 'E_RAMP', message, got: String(percent), expected: '100' }];
		}
	}
}
