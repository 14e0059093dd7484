// Documents that a GitOps tool would try to apply, which fails, as their kinds have no CRD.
import type { ClusterName } from '../model/names.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { TextPlace } from './source-text.ts';
import type { DocumentPlaces } from './yaml-place.ts';

/** What makes each tool pass over a document: kustomize, and so Flux, and Argo CD. */
const wanted = {
	'config.kubernetes.io/local-config': 'true',
	'argocd.argoproj.io/hook': 'Skip',
} as const;

/** Which of those annotations a document lacks, and where they belong. */
export interface SyncerMark {
	readonly place: TextPlace;
	/** Lines of YAML. */
	readonly missing: readonly string[];
}

export function readSyncerMark(
	annotations: Readonly<Record<string, string>> | undefined,
	places: DocumentPlaces,
): SyncerMark {
	const missing = Object.entries(wanted).filter(([name, value]) => annotations?.[name] !== value);
	return {
		place: places.ofName(['metadata', 'annotations']),
		missing: missing.map(([name, value]) => `${name}: ${value === 'true' ? '"true"' : value}`),
	};
}

/** A warning for each document in a synced folder that no annotation keeps its tools off. */
export function checkSyncedFolders(
	documents: readonly { readonly mark: SyncerMark }[],
	clusterOf: (file: string) => ClusterName | undefined,
): readonly Problem[] {
	return documents.flatMap(({ mark: { place, missing } }) => {
		const cluster = missing.length === 0 ? undefined : clusterOf(place.file);
		if (cluster === undefined) return [];
		return problem('W_SYNCED_FOLDER', {
			where: place,
			message: `this file is among the manifests of cluster ${cluster}, and its kind has no CRD: Flux and Argo CD fail their sync on it`,
			remedy: `add below metadata.annotations: ${missing.join(' and ')}`,
		});
	});
}
