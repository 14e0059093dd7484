// The objects of a Flux that one cluster runs, and their status.
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { Repository } from '../../model/ports/repository.ts';
import type { ObjectKey, ObjectStore } from '../kubernetes/object-store.ts';

/** What a Flux's objects are called. */
export interface FluxName {
	readonly namespace: string;
	/** Of the GitRepository and the Kustomization alike. */
	readonly name: string;
}

export function gitRepositoryKey({ namespace, name }: FluxName): ObjectKey {
	return { group: 'source.toolkit.fluxcd.io', plural: 'gitrepositories', namespace, name };
}

export function kustomizationKey({ namespace, name }: FluxName): ObjectKey {
	return { group: 'kustomize.toolkit.fluxcd.io', plural: 'kustomizations', namespace, name };
}

export function composeGitRepository(
	{ namespace, name }: FluxName,
	{ url, branch }: Pick<Repository, 'url' | 'branch'>,
): object {
	return {
		apiVersion: 'source.toolkit.fluxcd.io/v1',
		kind: 'GitRepository',
		metadata: { name, namespace },
		spec: { url, ref: { branch } },
	};
}

export function composeKustomization({ namespace, name }: FluxName, folder: string): object {
	return {
		apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
		kind: 'Kustomization',
		metadata: { name, namespace },
		spec: { path: `./${folder}`, sourceRef: { kind: 'GitRepository', name } },
	};
}

/** When somebody asked it last to look. */
export function requestedAt(object: KubernetesObject | undefined): string | undefined {
	return object?.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
}

export function isSuspended(object: KubernetesObject | undefined): boolean {
	const { suspend } = (object?.['spec'] ?? {}) as { readonly suspend?: unknown };
	return suspend === true;
}

/** What the condition Ready says of this failure, or of none. */
export function readyCondition(
	failure: { readonly reason: string; readonly message: string } | undefined,
): object {
	const succeeded = { reason: 'ReconciliationSucceeded', message: 'done' };
	const status = failure === undefined ? 'True' : 'False';
	return { conditions: [{ type: 'Ready', status, ...(failure ?? succeeded) }] };
}

/** Sets fields of the status; what is `undefined` is left as it is. */
export function writeStatus(store: ObjectStore, key: ObjectKey, fields: object): void {
	const status = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
	store.patch(key, 'application/merge-patch+json', { status }, { subresource: 'status' });
}
