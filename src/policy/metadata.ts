import { z } from 'zod';

type StringMap = z.ZodOptional<z.ZodType<Record<string, string>, Record<string, string>>>;

export const labels: StringMap = z
	.record(z.string(), z.string())
	.optional()
	.meta({ description: 'For people and tools; Spillway does not read them.' });

/** The two annotations keep Flux and Argo CD from applying a kind that has no CRD. */
export const annotations: StringMap = z.record(z.string(), z.string()).optional().meta({
	description:
		'In a folder that Flux or Argo CD syncs, set config.kubernetes.io/local-config: "true" and argocd.argoproj.io/hook: Skip.',
});
