import { z } from 'zod';
import type { CommitId } from '../../../src/model/ports/repository.ts';
import type { NewObject } from '../../support/kubernetes-objects.ts';
import type { CollectionPlace } from '../collection-path.ts';
import { argoCdNamespace } from './settings.ts';

export const applicationType: CollectionPlace = {
	apiVersion: 'argoproj.io/v1alpha1',
	plural: 'applications',
	namespace: argoCdNamespace,
};

export interface ApplicationOptions {
	readonly name: string;
	/** http, https or file. */
	readonly url: string;
	/** A folder of the repository. */
	readonly path: string;
	/** Absent: somebody has to ask for each sync. */
	readonly automated?: { readonly selfHeal?: boolean };
	/** Weights of TrafficSplits are no difference; `everywhere`: nor does a sync touch them. */
	readonly ignoreWeights?: 'compared' | 'everywhere';
	/** How often a failed sync is tried again, and after how long. Argo CD's default: 5 times, 10 s and longer apart. */
	readonly retry?: { readonly limit: number; readonly backoff?: { readonly duration: string } };
}

/** Of the branch `main`, applied where Argo CD runs. */
export function anApplication(options: ApplicationOptions): NewObject {
	const { name, url, path, automated, ignoreWeights, retry } = options;
	const ignored = {
		group: 'split.smi-spec.io',
		kind: 'TrafficSplit',
		jqPathExpressions: ['.spec.backends[].weight'],
	};
	return {
		apiVersion: applicationType.apiVersion,
		kind: 'Application',
		metadata: { name, namespace: argoCdNamespace },
		spec: {
			project: 'default',
			source: { repoURL: url, path, targetRevision: 'main' },
			destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
			syncPolicy: {
				...(automated === undefined ? {} : { automated }),
				...(retry === undefined ? {} : { retry }),
				...(ignoreWeights === 'everywhere' ? { syncOptions: ['RespectIgnoreDifferences=true'] } : {}),
			},
			...(ignoreWeights === undefined ? {} : { ignoreDifferences: [ignored] }),
		},
	};
}

const resultSchema = z.looseObject({
	kind: z.string(),
	name: z.string(),
	status: z.string().default(''),
	message: z.string().default(''),
});

const statusSchema = z.looseObject({
	// Empty while the first sync is being asked for.
	sync: z.looseObject({ status: z.string(), revision: z.string().default('') }).optional(),
	health: z.looseObject({ status: z.string().default('') }).optional(),
	conditions: z.array(z.looseObject({ type: z.string(), message: z.string() })).default([]),
	operationState: z
		.looseObject({
			phase: z.string(),
			message: z.string().default(''),
			finishedAt: z.string().optional(),
			syncResult: z
				.looseObject({ revision: z.string(), resources: z.array(resultSchema).default([]) })
				.optional(),
		})
		.optional(),
	resources: z.array(z.looseObject({ kind: z.string(), name: z.string() })).default([]),
});

/** What an Application says of itself. */
export interface ApplicationStatus {
	/** `Synced`, `OutOfSync`, `Unknown`; absent before the first look. */
	readonly sync?: string;
	/** That it was compared with. */
	readonly commit?: CommitId;
	readonly health?: string;
	/** Of the last sync: `Running`, `Succeeded`, `Failed`, `Error`. */
	readonly phase?: string;
	readonly message?: string;
	/** When it, or its last try, ended. */
	readonly finishedAt?: string;
	/** The commit of the last sync. */
	readonly operated?: CommitId;
	/** What it did: `TrafficSplit web Synced`. */
	readonly results: readonly string[];
	/** What each object failed of: `TrafficSplit web: …`. */
	readonly failures: readonly string[];
	/** `SyncError: …`. */
	readonly conditions: readonly string[];
	/** What it manages: `TrafficSplit web`. */
	readonly resources: readonly string[];
}

export function readApplicationStatus(object: object): ApplicationStatus {
	const { sync, health, conditions, operationState, resources } = statusSchema.parse(
		'status' in object ? object.status : {},
	);
	const { revision: operated, resources: results = [] } = operationState?.syncResult ?? {};
	return {
		...(sync && { sync: sync.status, commit: sync.revision }),
		...(health && { health: health.status }),
		...(operationState && { phase: operationState.phase, message: operationState.message }),
		...(operationState?.finishedAt === undefined ? {} : { finishedAt: operationState.finishedAt }),
		...(operated === undefined ? {} : { operated }),
		results: results.map(({ kind, name, status }) => `${kind} ${name} ${status}`).sort(),
		failures: results
			.filter(({ status }) => status === 'SyncFailed')
			.map(({ kind, name, message }) => `${kind} ${name}: ${message}`),
		conditions: conditions.map(({ type, message }) => `${type}: ${message}`),
		resources: resources.map(({ kind, name }) => `${kind} ${name}`).sort(),
	};
}
