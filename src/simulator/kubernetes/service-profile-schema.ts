import { z } from 'zod';
import type { Fields } from './fields.ts';

const anything = z.looseObject({}, 'object');

/** Quantities, as Kubernetes writes them. */
const quantity =
	/^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$/;

export function describeServiceProfile(): z.ZodType<Fields> {
	const weight = z
		.union([z.int(), z.string()], 'integer,string')
		.refine((value) => quantity.test(String(value)), `in body should match '${quantity.source}'`);
	const override = z.object(
		{ authority: z.string('string').optional(), weight: weight.optional() },
		'object',
	);
	const spec = z.object(
		{
			dstOverrides: z.array(override, 'array').optional(),
			opaquePorts: z.array(z.string('string'), 'array').optional(),
			retryBudget: anything.optional(),
			routes: z.array(anything, 'array').optional(),
		},
		'object',
	);
	return z.object({ spec: spec.optional() });
}
