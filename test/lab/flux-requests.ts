import type { ApiAccess } from '../support/api-access.ts';
import { aNamespace, type NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import { type CollectionPlace, collectionPath } from './collection-path.ts';
import {
	aGitRepository,
	aKustomization,
	fluxTypes,
	type GitRepositoryOptions,
	type KustomizationOptions,
} from './flux-objects.ts';
import { gitAnnotation, requestAnnotation } from './git-repository.ts';

/** One object of Flux's. */
export interface FluxObject extends CollectionPlace {
	readonly namespace: string;
	readonly name: string;
}

/** Creates a source and what is applied of it, and their namespace where it is missing; changes what is there. */
export async function declareFlux(
	access: ApiAccess,
	source: GitRepositoryOptions,
	kustomizations: readonly KustomizationOptions[],
): Promise<void> {
	const apply = (object: NewObject, plural: string) =>
		applyObject(access, object, { manager: 'flux', plural });
	await apply(aNamespace(source.namespace), 'namespaces');
	await apply(aGitRepository(source), fluxTypes.gitrepositories.plural);
	for (const each of kustomizations)
		await apply(aKustomization(source, each), fluxTypes.kustomizations.plural);
}

/** Asks for a round now, as `flux reconcile` does. Resolves to the request, which the object's status then names. */
export async function requestRound(access: ApiAccess, object: FluxObject): Promise<string> {
	const request = new Date().toISOString();
	await patchObject(access, object, { metadata: { annotations: { [requestAnnotation]: request } } });
	return request;
}

/** `flux suspend` and `flux resume`. */
export async function setSuspended(access: ApiAccess, object: FluxObject, suspend: boolean): Promise<void> {
	await patchObject(access, object, { spec: { suspend } });
}

/** Whether the lab's source-controller reaches a GitRepository's server; it looks at once. Resolves to the request. */
export async function setReachable(
	access: ApiAccess,
	object: FluxObject,
	reachable: boolean,
): Promise<string> {
	const request = new Date().toISOString();
	const annotations = { [gitAnnotation]: reachable ? null : 'down', [requestAnnotation]: request };
	await patchObject(access, object, { metadata: { annotations } });
	return request;
}

async function patchObject(access: ApiAccess, object: FluxObject, change: object): Promise<void> {
	const { code, body } = await access.call({
		method: 'PATCH',
		path: `${collectionPath(object)}/${object.name}`,
		mediaType: 'application/merge-patch+json',
		text: JSON.stringify(change),
	});
	if (code !== 200) throw new Error(`${object.plural} ${object.name}: ${JSON.stringify(body)}`);
}
