import { stringify } from 'yaml';
import type { ClusterStage, Scenario } from './scenario.ts';

/** The namespace that scenarios play in. */
export const namespace = 'shop';

/** A Kubernetes object as a manifest declares it. */
export interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: { readonly name: string; readonly namespace?: string };
	readonly [field: string]: unknown;
}

/** The config repository of a scenario. */
export function writeFiles({ clusters, policies, files }: Scenario): Record<string, string> {
	const generated: Record<string, string> = { 'spillway.yaml': writeConfig(clusters) };
	for (const [name, spec] of Object.entries(policies)) {
		const metadata = { name, namespace };
		generated[`policies/${name}.yaml`] = stringify({
			apiVersion: 'spillway.dev/v1alpha1',
			kind: 'FailoverPolicy',
			metadata,
			spec,
		});
	}
	for (const [cluster, stage] of Object.entries(clusters)) {
		for (const manifest of splitManifests(stage)) {
			generated[`clusters/${cluster}/${manifest.metadata.name}.yaml`] = stringify(manifest);
		}
	}
	return { ...generated, ...files };
}

function writeConfig(clusters: Scenario['clusters']): string {
	const declared = Object.keys(clusters).map((name) => [
		name,
		{ context: name, manifests: `clusters/${name}` },
	]);
	const spec = {
		policies: ['policies'],
		clusters: Object.fromEntries(declared),
		defaults: { failover: { via: 'Direct' }, failback: { via: 'Direct' } },
	};
	return stringify({ apiVersion: 'spillway.dev/v1alpha1', kind: 'SpillwayConfig', spec });
}

/** What a cluster runs, exported to the clusters that mirror it. */
export function clusterManifests(stage: ClusterStage): readonly Manifest[] {
	const workloads = Object.entries(stage.services).flatMap(([name, replicas]) => [
		{
			apiVersion: 'v1',
			kind: 'Service',
			metadata: { name, namespace, labels: { 'mirror.linkerd.io/exported': 'true' } },
			spec: {
				selector: { app: name },
				ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }],
			},
		},
		{
			apiVersion: 'apps/v1',
			kind: 'Deployment',
			metadata: { name, namespace },
			spec: {
				replicas,
				selector: { matchLabels: { app: name } },
				template: {
					metadata: { labels: { app: name } },
					spec: { containers: [{ name: 'server', image: 'server' }] },
				},
			},
		},
	]);
	return [
		{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
		...workloads,
		...splitManifests(stage),
	];
}

/** Weights written as text make a v1alpha1 split, which allows them. */
function splitManifests({ splits }: ClusterStage): readonly Manifest[] {
	return Object.entries(splits).map(([name, weights]) => {
		const hasText = Object.values(weights).some((weight) => typeof weight === 'string');
		return {
			apiVersion: `split.smi-spec.io/${hasText ? 'v1alpha1' : 'v1alpha2'}`,
			kind: 'TrafficSplit',
			metadata: { name, namespace },
			spec: {
				service: name,
				backends: Object.entries(weights).map(([service, weight]) => ({ service, weight })),
			},
		};
	});
}
