import { z } from 'zod';
import type { Fields } from './fields.ts';
import { undecodable } from './undecodable.ts';

/** A time has exactly six digits below the second: with any other number of them it cannot be decoded. */
export function describeLease(): z.ZodType<Fields> {
	const layout = '2006-01-02T15:04:05.000000Z07:00';
	const microTime = z
		.string('string')
		.refine((text) => /^[\d-]{10}T[\d:]{8}\.\d{6}(?:Z|[-+]\d\d:\d\d)$/.test(text), {
			error: ({ input }) => `parsing time ${JSON.stringify(input)} as "${layout}"`,
			params: undecodable,
		});
	return z.looseObject({
		spec: z
			.looseObject({
				holderIdentity: z.string('string').optional(),
				leaseDurationSeconds: z.int('integer').min(1, 'must be greater than 0').optional(),
				acquireTime: microTime.optional(),
				renewTime: microTime.optional(),
				leaseTransitions: z.int('integer').min(0, 'must be greater than or equal to 0').optional(),
			})
			.prefault({}),
	});
}
