// The GitOps tool of a cluster: `syncer: Flux`, or a mapping that says more.
import { z } from 'zod';
import type { SyncerConfig } from '../model/policy.ts';
import { reportFault } from './fault.ts';
import { objectReference, readReference } from './object-reference.ts';

/** The tool, and what is said of it. */
interface Fields {
	readonly kind: SyncerConfig['kind'];
	readonly kustomization?: string | undefined;
	readonly application?: string | undefined;
	readonly dedicated?: true | undefined;
}

/** The tool's name is enough. */
export type WrittenSyncer = SyncerConfig['kind'] | Fields;

const kind = z.enum(['Flux', 'ArgoCD']).meta({ description: 'The tool that applies the manifests.' });

const fields = z
	.strictObject({
		kind,
		kustomization: objectReference('Kustomization', 'flux-system/east').optional().meta({
			description:
				'namespace/name of the Flux Kustomization that applies the manifests. Default: found by its path.',
		}),
		application: objectReference('Application', 'argocd/east').optional().meta({
			description:
				'namespace/name of the Argo CD Application that applies the manifests. Default: found by its path.',
		}),
		dedicated: z.literal(true).optional().meta({
			description:
				'The Application applies nothing but targets, so that an escalation may hold all of it off.',
		}),
	})
	.superRefine(checkFields)
	.meta({ title: 'Syncer' });

/** `spec.clusters.*.syncer` as people write it. */
export const syncer: z.ZodOptional<z.ZodType<WrittenSyncer, WrittenSyncer>> = z
	.union([kind, fields])
	.meta({
		title: 'GitOps tool',
		description:
			'The tool that applies the manifests: Flux, ArgoCD, or a mapping that also names its object. It is told of pushes, asked why a commit is not live, and held off by an escalation.',
	})
	.optional();

function checkFields(
	{ kind: tool, kustomization, application, dedicated }: Fields,
	context: z.RefinementCtx,
): void {
	const refuse = (field: keyof Fields, remedy: string): void =>
		reportFault(context, { code: 'E_SYNCER_FIELDS', message: `is not for ${tool}`, remedy }, [field]);
	if (tool === 'Flux' && application !== undefined)
		refuse('application', 'name a kustomization, or use kind: ArgoCD');
	if (tool === 'Flux' && dedicated !== undefined)
		refuse('dedicated', 'remove it: Flux is held off one object');
	if (tool === 'ArgoCD' && kustomization !== undefined)
		refuse('kustomization', 'name an application, or use kind: Flux');
	if (tool === 'ArgoCD' && dedicated !== undefined && application === undefined) {
		reportFault(context, {
			code: 'E_REQUIRED',
			message: 'needs application with dedicated: true',
			remedy: 'add application: namespace/name of the Application that applies nothing but targets',
		});
	}
}

export function completeSyncer(written: WrittenSyncer): SyncerConfig {
	if (typeof written === 'string') return { kind: written };
	const { kind: tool, kustomization, application, dedicated } = written;
	if (tool === 'Flux') {
		return {
			kind: tool,
			...(kustomization !== undefined && { kustomization: readReference(kustomization) }),
		};
	}
	return {
		kind: tool,
		...(application !== undefined && { application: readReference(application) }),
		...(dedicated !== undefined && { dedicated }),
	};
}
