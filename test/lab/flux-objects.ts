import { z } from 'zod';
import type { CommitId } from '../../src/model/ports/repository.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import type { CollectionPlace } from './collection-path.ts';

/** Where Flux and its objects are, unless told otherwise. */
export const fluxNamespace = 'flux-system';

/** The kinds that the lab makes, by their plurals. */
export const fluxTypes: Readonly<Record<'gitrepositories' | 'kustomizations', CollectionPlace>> = {
	gitrepositories: { apiVersion: 'source.toolkit.fluxcd.io/v1', plural: 'gitrepositories' },
	kustomizations: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', plural: 'kustomizations' },
};

export interface GitRepositoryOptions {
	readonly name: string;
	readonly namespace: string;
	/** http, https or file. */
	readonly url: string;
	readonly branch: string;
	/** As Flux writes spans: `1m`. */
	readonly interval: string;
}

export interface KustomizationOptions {
	readonly name: string;
	/** A folder of the repository: `./clusters/east`. */
	readonly path: string;
	/** From one round to the next, which undoes drift. Default: `1h`. */
	readonly interval?: string;
	/** The same after a failure. Default: as `interval`. */
	readonly retryInterval?: string;
	readonly timeout?: string;
	/** Whether what is gone from the folder is deleted. Default: no. */
	readonly prune?: boolean;
	readonly suspend?: boolean;
	/** Whether it is ready only when all that it applies is. */
	readonly wait?: boolean;
	/** Names of Kustomizations in the same namespace. */
	readonly dependsOn?: readonly string[];
}

/** The Kustomization of a folder named as its cluster. */
export function kustomizationOf(cluster: string): KustomizationOptions {
	return { name: cluster, path: `./clusters/${cluster}` };
}

export function aGitRepository(options: GitRepositoryOptions): NewObject {
	const { name, namespace, url, branch, interval } = options;
	return {
		apiVersion: fluxTypes.gitrepositories.apiVersion,
		kind: 'GitRepository',
		metadata: { name, namespace },
		spec: { url, ref: { branch }, interval },
	};
}

/** Of the source with this name, in the same namespace. */
export function aKustomization(
	{ namespace, name: source }: Pick<GitRepositoryOptions, 'namespace' | 'name'>,
	{ name, interval = '1h', prune = false, dependsOn, ...rest }: KustomizationOptions,
): NewObject {
	return {
		apiVersion: fluxTypes.kustomizations.apiVersion,
		kind: 'Kustomization',
		metadata: { name, namespace },
		spec: {
			...rest,
			interval,
			prune,
			sourceRef: { kind: 'GitRepository', name: source },
			...(dependsOn === undefined ? {} : { dependsOn: dependsOn.map((each) => ({ name: each })) }),
		},
	};
}

/** What a GitRepository or a Kustomization says of itself. */
export interface FluxStatus {
	/** Of the condition Ready; absent before the first round. */
	readonly ready?: 'True' | 'False' | 'Unknown';
	readonly reason?: string;
	readonly message?: string;
	/** The commit whose artifact a source has, or that a Kustomization has applied in full. */
	readonly commit?: CommitId;
	/** The last request that was heeded. */
	readonly handled?: string;
}

const conditionSchema = z.looseObject({
	type: z.string(),
	status: z.enum(['True', 'False', 'Unknown']),
	reason: z.string(),
	message: z.string(),
});

const statusSchema = z.looseObject({
	status: z
		.looseObject({
			conditions: z.array(conditionSchema).default([]),
			artifact: z.looseObject({ revision: z.string() }).optional(),
			lastAppliedRevision: z.string().optional(),
			lastHandledReconcileAt: z.string().optional(),
		})
		.optional(),
});

export function readFluxStatus(object: object): FluxStatus {
	const { status } = statusSchema.parse(object);
	const ready = status?.conditions.find(({ type }) => type === 'Ready');
	const revision = status?.artifact?.revision ?? status?.lastAppliedRevision;
	const commit = revision?.split('@sha1:')[1];
	return {
		...(ready && { ready: ready.status, reason: ready.reason, message: ready.message }),
		...(commit === undefined ? {} : { commit }),
		...(status?.lastHandledReconcileAt === undefined ? {} : { handled: status.lastHandledReconcileAt }),
	};
}
