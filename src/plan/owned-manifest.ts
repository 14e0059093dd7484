import { stringify } from 'yaml';
import type { EditChange } from '../model/change.ts';
import { ownManager } from '../model/other-writers.ts';
import { managedByLabel, policyAnnotation } from '../model/target-metadata.ts';
import { targetApiVersion } from '../model/target-resource.ts';

export interface OwnedManifest {
	/** Relative to the cluster's folder. */
	readonly path: string;
	readonly text: string;
}

/**
 * The file of a TrafficSplit that Spillway owns, for a syncer to apply. It is written where there is none; from then
 * on it is edited like any other, so that what people add to it stays.
 */
export function composeManifest({ policy, target, shift, owned }: EditChange): OwnedManifest {
	if (owned === undefined) throw new TypeError(`the target of policy ${policy} is not owned`);
	const object = {
		apiVersion: targetApiVersion(target),
		kind: target.kind,
		metadata: {
			name: target.name,
			namespace: target.namespace,
			labels: { [managedByLabel]: ownManager },
			annotations: { [policyAnnotation]: policy },
		},
		spec: {
			service: owned.apex,
			backends: [...shift.to].map(([service, weight]) => ({ service, weight })),
		},
	};
	return { path: pathOf(target.namespace, target.name), text: header(policy) + write(object) };
}

/** A hyphen of the namespace is doubled: `a-b/c` and `a/b-c` are two files. */
function pathOf(namespace: string, name: string): string {
	return `spillway/${namespace.replaceAll('-', '--')}-${name}.yaml`;
}

function header(policy: string): string {
	return `# Spillway writes this file for policy ${policy}, and sets its weights.
# To change where traffic goes, change the policy.
`;
}

/** Kubernetes reads YAML 1.1, where a Service named `on` would be a boolean unless quoted. */
function write(object: unknown): string {
	return stringify(object, { compat: 'yaml-1.1', lineWidth: 0 });
}
