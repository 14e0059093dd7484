// What a bench runs on: namespaces full of splits with a primary and a fallback, and a policy for each split.
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { aBackend, aPolicy } from '../support/policies.ts';

export interface Dataset {
	/** Its namespaces begin with it. */
	readonly name: string;
	readonly namespaces: number;
	/** In each namespace. */
	readonly splits: number;
	/** One primary Service for all splits of a namespace, or one for each. */
	readonly primaries: 'shared' | 'own';
	/** Of each primary's slice; all of them ready. */
	readonly endpoints: number;
}

/** Of the one cluster. */
export const clusterName = 'east';
const fallback = 'fallback';

export function countSplits({ namespaces, splits }: Dataset): number {
	return namespaces * splits;
}

export function listNamespaces({ name, namespaces }: Dataset): readonly string[] {
	return Array.from({ length: namespaces }, (_, index) => `${name}-${index}`);
}

/** Names of the primaries of each namespace. */
export function listPrimaries({ primaries, splits }: Dataset): readonly string[] {
	return primaries === 'shared'
		? ['primary']
		: Array.from({ length: splits }, (_, index) => `primary-${index}`);
}

export function sliceName(service: string): string {
	return `${service}-slice`;
}

export function composeNamespaces(dataset: Dataset): readonly NewObject[] {
	return listNamespaces(dataset).map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

/** All that is in the namespaces, in an order in which it can be created. */
export function* composeObjects(dataset: Dataset): Generator<NewObject> {
	for (const namespace of listNamespaces(dataset)) {
		for (const service of [...listPrimaries(dataset), fallback]) {
			yield composeService(namespace, service);
			yield composeSlice(namespace, service, service === fallback ? 1 : dataset.endpoints);
		}
		for (let index = 0; index < dataset.splits; index += 1) yield composeSplit(dataset, namespace, index);
	}
}

function composeService(namespace: string, name: string): NewObject {
	const spec = { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
	return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
}

/** As kube-controller-manager writes it: 100 endpoints are 25 KB. */
function composeSlice(namespace: string, service: string, count: number): NewObject {
	const labels = {
		'kubernetes.io/service-name': service,
		'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
	};
	const metadata = { name: sliceName(service), namespace, labels };
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata,
		addressType: 'IPv4',
		...composeEndpoints({ namespace, service, count, ready: true }),
	};
}

export interface Endpoints {
	readonly namespace: string;
	readonly service: string;
	readonly count: number;
	readonly ready: boolean;
}

/** What a slice says of pods: they fail, or end, by not being ready first. */
export function composeEndpoints({ namespace, service, count, ready }: Endpoints): object {
	return {
		endpoints: Array.from({ length: count }, (_, index) => ({
			addresses: [`10.${index >> 8}.${index & 255}.1`],
			conditions: { ready, serving: ready, terminating: !ready },
			nodeName: `node-${index % 20}.example.internal`,
			targetRef: {
				kind: 'Pod',
				namespace,
				name: `${service}-5f7d8c9b6d-${index.toString(36).padStart(5, '0')}`,
				uid: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
			},
			zone: `zone-${index % 3}`,
		})),
		ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
	};
}

function composeSplit({ primaries }: Dataset, namespace: string, index: number): NewObject {
	const backends = [
		{ service: primaryOf(primaries, index), weight: 1 },
		{ service: fallback, weight: 0 },
	];
	return {
		apiVersion: 'split.smi-spec.io/v1alpha2',
		kind: 'TrafficSplit',
		metadata: { name: splitName(index), namespace },
		spec: { service: `apex-${index}`, backends },
	};
}

export function splitName(index: number): string {
	return `split-${index}`;
}

function primaryOf(primaries: Dataset['primaries'], index: number): string {
	return primaries === 'shared' ? 'primary' : `primary-${index}`;
}

/** Direct, and without any timers. */
export function composePolicies(dataset: Dataset): readonly FailoverPolicy[] {
	return listNamespaces(dataset).flatMap((namespace) =>
		Array.from({ length: dataset.splits }, (_, index) => {
			const name = splitName(index);
			return aPolicy({
				key: `${namespace}/${name}`,
				name,
				namespace,
				source: `policies/${namespace}/${name}.yaml:1`,
				target: { kind: 'TrafficSplit', cluster: clusterName, namespace, name },
				backends: [aBackend(primaryOf(dataset.primaries, index)), aBackend(fallback, { tier: 1 })],
			});
		}),
	);
}

/** The same policies as a config repository, a file for each. */
export function composeRepository(dataset: Dataset): ReadonlyMap<string, string> {
	const config = [
		'apiVersion: spillway.dev/v1alpha1',
		'kind: SpillwayConfig',
		'spec:',
		'  policies: [policies]',
		`  clusters: {${clusterName}: {context: ${clusterName}}}`,
		'  defaults: {failover: {via: Direct}, failback: {via: Direct}}',
		'',
	];
	const files = composePolicies(dataset).map(({ namespace, name, backends }) => {
		const [primary] = backends;
		const text = [
			'apiVersion: spillway.dev/v1alpha1',
			'kind: FailoverPolicy',
			`metadata: {name: ${name}, namespace: ${namespace}}`,
			'spec:',
			`  target: {cluster: ${clusterName}, name: ${name}}`,
			'  backends:',
			`    - {service: ${primary?.service}}`,
			`    - {service: ${fallback}, tier: 1}`,
			'  failover: {after: 0s}',
			'  failback: {after: 0s}',
			'',
		];
		return [`policies/${namespace}/${name}.yaml`, text.join('\n')] as const;
	});
	return new Map([['spillway.yaml', config.join('\n')], ...files]);
}
