import { z } from 'zod';
import type { Via } from '../model/policy.ts';

/** How a move is carried out; a policy may leave it to `spillway.yaml`. */
export const via: z.ZodOptional<z.ZodType<Via, Via>> = z
	.enum(['Direct', 'Commit', 'PullRequest'])
	.optional()
	.meta({
		title: 'Delivery',
		description:
			'Direct: the weights are patched on the cluster. Commit: they are committed to the manifests. PullRequest: people merge that commit.',
	});
