// Reads what a scenario says of pull requests and their forge.
import { z } from 'zod';
import type { ForgeFault } from '../forge/forge-faults.ts';
import type { PullAct, StagedProtection } from './pull-acts.ts';
import type { PullExpectation, PullsExpectation } from './pull-expectation.ts';
import { span } from './span.ts';

const texts = z.array(z.string());
const state = z.enum(['success', 'failure', 'pending']);
const base = { of: z.union([z.int().min(1), z.string()]), as: z.string().default('ada') };

const acts = {
	merge: { style: z.enum(['merge', 'squash', 'fast-forward-only']).default('merge') },
	close: {},
	reopen: {},
	approve: {},
	deleteBranch: {},
	comment: { text: z.string() },
	label: { name: z.string() },
	unlabel: { name: z.string() },
	status: { name: z.string(), state },
	push: { files: z.record(z.string(), z.string().nullable()) },
} as const;

const kinds = Object.keys(acts);

const act: z.ZodType<PullAct> = z.preprocess(
	nameAct,
	z.discriminatedUnion(
		'act',
		[
			z.strictObject({ act: z.literal('merge'), ...base, ...acts.merge }),
			z.strictObject({ act: z.enum(['close', 'reopen', 'approve', 'deleteBranch']), ...base }),
			z.strictObject({ act: z.literal('comment'), ...base, ...acts.comment }),
			z.strictObject({ act: z.enum(['label', 'unlabel']), ...base, ...acts.label }),
			z.strictObject({ act: z.literal('status'), ...base, ...acts.status }),
			z.strictObject({ act: z.literal('push'), ...base, ...acts.push }),
		],
		{ error: () => `names nothing that can be done: one of ${kinds.join(', ')}` },
	),
);

/** `{merge: failover/east}` is written for `{act: merge, of: failover/east}`. */
function nameAct(written: unknown): unknown {
	if (typeof written !== 'object' || written === null) return written;
	const entries = Object.entries(written);
	const named = entries.find(([key]) => kinds.includes(key));
	if (named === undefined) return written;
	const [kind, of] = named;
	return { ...Object.fromEntries(entries.filter((entry) => entry !== named)), act: kind, of };
}

/** One thing that a person does, or several in a row. */
export const pullActs: z.ZodType<readonly PullAct[]> = z.preprocess(
	(written) => (Array.isArray(written) ? written : [written]),
	z.array(act).min(1),
);

const calls = z.enum([
	...['identity', 'list', 'read', 'create', 'update', 'labels', 'reviewers', 'comments', 'comment'],
	...['review', 'setStatus', 'checks', 'merge', 'autoMerge', 'permission', 'protection'],
] as const);
const aim = { times: z.int().min(1).default(1), calls: z.array(calls).optional() };

export const forgeFault: z.ZodType<ForgeFault> = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('unreachable'), on: z.boolean() }),
	z.strictObject({
		kind: z.literal('answer'),
		status: z.literal([401, 403, 404, 422, 429, 500, 502, 503]),
		retryAfter: span.optional(),
		...aim,
	}),
	z.strictObject({ kind: z.literal('hang'), ...aim }),
	z.strictObject({ kind: z.literal('lost'), when: z.enum(['before', 'after']), ...aim }),
	z.strictObject({ kind: z.enum(['late-lists', 'late-mergeability']), times: z.int().min(1) }),
]);

export const protection: z.ZodType<StagedProtection> = z.strictObject({
	branch: z.string().default('main'),
	mayPush: z.union([z.enum(['nobody', 'writers']), texts]).default('writers'),
	approvals: z.int().min(0).default(0),
	checks: texts.default([]),
});

const pull: z.ZodType<PullExpectation> = z.strictObject({
	number: z.int().min(1).optional(),
	state: z.enum(['open', 'closed', 'merged']).optional(),
	title: z.string().optional(),
	body: texts.optional(),
	comments: z.int().min(0).optional(),
	said: texts.optional(),
	checks: z.record(z.string(), state.nullable()).optional(),
	labels: texts.optional(),
	reviewers: texts.optional(),
	autoMerge: z.boolean().optional(),
});

const count = z.int().min(0).optional();

export const pullsExpectation: z.ZodType<PullsExpectation> = z
	.object({ open: count, total: count, branches: texts.optional() })
	.catchall(pull.nullable())
	.transform(({ open, total, branches, ...of }) => ({ open, total, branches, of }));
