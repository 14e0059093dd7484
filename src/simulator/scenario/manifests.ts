import { stringify } from 'yaml';
import type { ClusterStage, Scenario } from './scenario.ts';

/** The port of every Service. */
const port = 8080;

/** What linkerd-failover tells the splits it acts on by. */
export const controlledBy = 'failover.linkerd.io/controlled-by';

/** The namespace that scenarios play in. */
export const namespace = 'shop';

/** A Kubernetes object as a manifest declares it. */
export interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {
		readonly name: string;
		readonly namespace?: string;
		readonly labels?: Readonly<Record<string, string>>;
	};
	readonly [field: string]: unknown;
}

/** The config repository of a scenario. */
export function writeFiles(scenario: Scenario): Record<string, string> {
	const { clusters, policies, files } = scenario;
	const generated: Record<string, string> = { 'spillway.yaml': writeConfig(scenario) };
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

function writeConfig({ clusters, commits, pullRequests }: Scenario): string {
	const declared = Object.entries(clusters).map(([name, { flux }]) => [
		name,
		{ context: name, manifests: `clusters/${name}`, ...(flux && { syncer: 'Flux' }) },
	]);
	const spec = {
		policies: ['policies'],
		clusters: Object.fromEntries(declared),
		defaults: { failover: { via: 'Direct' }, failback: { via: 'Direct' } },
		...(commits && { commits }),
		...(pullRequests && { pullRequests }),
	};
	return stringify({ apiVersion: 'spillway.dev/v1alpha1', kind: 'SpillwayConfig', spec });
}

type Workloads = Pick<ClusterStage, 'services' | 'splits' | 'labels' | 'routes'>;

/** What a cluster runs, exported to the clusters that mirror it. */
export function clusterManifests(stage: Workloads): readonly Manifest[] {
	const workloads = Object.entries(stage.services).flatMap(([name, replicas]) => [
		{
			apiVersion: 'v1',
			kind: 'Service',
			metadata: { name, namespace, labels: { 'mirror.linkerd.io/exported': 'true' } },
			spec: {
				selector: { app: name },
				ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }],
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
		...routeManifests(stage),
	];
}

/** Weights written as text make a v1alpha1 split, which allows them. */
function splitManifests({ splits, labels }: Workloads): readonly Manifest[] {
	return Object.entries(splits).map(([name, weights]) => {
		const hasText = Object.values(weights).some((weight) => typeof weight === 'string');
		return {
			apiVersion: `split.smi-spec.io/${hasText ? 'v1alpha1' : 'v1alpha2'}`,
			kind: 'TrafficSplit',
			metadata: { name, namespace, ...labelling(labels[name]) },
			spec: {
				service: name,
				backends: Object.entries(weights).map(([service, weight]) => ({ service, weight })),
			},
		};
	});
}

function labelling(controller: string | undefined) {
	return controller === undefined ? {} : { labels: { [controlledBy]: controller } };
}

/** Each has one rule, and the Service it is named after as its parent. */
function routeManifests({ routes }: Workloads): readonly Manifest[] {
	return Object.entries(routes).map(([name, weights]) => ({
		apiVersion: 'gateway.networking.k8s.io/v1',
		kind: 'HTTPRoute',
		metadata: { name, namespace },
		spec: {
			parentRefs: [{ group: '', kind: 'Service', name, port }],
			rules: [
				{
					backendRefs: Object.entries(weights).map(([service, weight]) => ({ name: service, port, weight })),
				},
			],
		},
	}));
}
