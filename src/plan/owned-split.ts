import type { LiveTarget } from '../model/live-target.ts';
import type { ServiceName } from '../model/names.ts';
import { ownManager } from '../model/other-writers.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Manifest } from '../model/ports/cluster.ts';
import { managedByLabel, policyAnnotation } from '../model/target-metadata.ts';
import { targetApiVersion } from '../model/target-resource.ts';
import type { Weights } from '../model/weights.ts';

/**
 * The TrafficSplit that Spillway owns, whole. Should it stand in a synced folder too, Flux leaves it alone and Argo CD
 * does not count it as drift. `live` is what was read, if there is one.
 */
export function composeSplit(
	{ key, target }: FailoverPolicy,
	apex: ServiceName,
	weights: Weights,
	live: LiveTarget | undefined,
): Manifest {
	return {
		apiVersion: targetApiVersion(target),
		kind: target.kind,
		metadata: {
			name: target.name,
			namespace: target.namespace,
			...(live && { uid: live.uid, resourceVersion: live.resourceVersion }),
			labels: { [managedByLabel]: ownManager },
			annotations: {
				[policyAnnotation]: key,
				'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
				'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
			},
		},
		spec: {
			service: apex,
			backends: [...weights].map(([service, weight]) => ({ service, weight })),
		},
	};
}
