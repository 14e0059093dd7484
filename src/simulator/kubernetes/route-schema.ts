import { z } from 'zod';
import type { Fields } from './fields.ts';

const anything = z.looseObject({}, 'object');
const anyList = z.array(anything, 'array').optional();
const port = z
	.int('integer')
	.min(1, 'in body should be greater than or equal to 1')
	.max(65_535, 'in body should be less than or equal to 65535')
	.optional();
const name = z.string('string').min(1, 'in body should be at least 1 chars long');
const text = z.string('string').optional();

/** A field with a default takes null for absence. */
function defaulted<T>(schema: z.ZodType<T>, value: T): z.ZodType {
	return z.preprocess((given) => given ?? undefined, schema.prefault(value));
}

const weight = z
	.int('integer')
	.min(0, 'in body should be greater than or equal to 0')
	.max(1_000_000, 'in body should be less than or equal to 1000000');

const backendRef = z.object(
	{
		group: defaulted(z.string('string'), ''),
		kind: defaulted(z.string('string'), 'Service'),
		name,
		namespace: text,
		port,
		weight: defaulted(weight, 1),
		filters: anyList,
	},
	'object',
);

const everyPath = [{ path: { type: 'PathPrefix', value: '/' } }];

/** HTTPRoute and GRPCRoute: the same, but for what a rule matches where it does not say. */
export function describeRoute(group: string, kind: 'HTTPRoute' | 'GRPCRoute'): z.ZodType<Fields> {
	const matches = z.array(anything, 'array');
	const byPath = kind === 'HTTPRoute';
	const parent = z.object(
		{
			group: defaulted(z.string('string'), group),
			kind: defaulted(z.string('string'), 'Gateway'),
			name,
			namespace: text,
			port,
			sectionName: text,
		},
		'object',
	);
	const rule = z.object(
		{
			name: text,
			matches: byPath ? defaulted(matches, everyPath) : matches.optional(),
			filters: anyList,
			...(byPath ? { timeouts: anything.optional() } : {}),
			backendRefs: z.array(backendRef, 'array').max(16, 'must have at most 16 items').optional(),
		},
		'object',
	);
	const rules = z.array(rule, 'array').max(16, 'must have at most 16 items');
	const spec = z.object(
		{
			hostnames: z.array(z.string('string'), 'array').optional(),
			parentRefs: z.array(parent, 'array').optional(),
			rules: byPath ? defaulted<unknown>(rules, [{ matches: everyPath }]) : rules.optional(),
		},
		'object',
	);
	return z.object({ spec, status: anything.optional() });
}
