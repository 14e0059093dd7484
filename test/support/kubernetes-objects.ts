import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { findTypeOfKind } from '../../src/simulator/kubernetes/resource-types.ts';

type StringMap = Readonly<Record<string, string>>;

/** An object as people write it. */
export interface NewObject {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {
		readonly name: string;
		readonly namespace?: string;
		readonly labels?: StringMap;
		readonly annotations?: StringMap;
	};
	readonly [field: string]: unknown;
}

type Metadata = Partial<NewObject['metadata']>;

const namespace = 'emojivoto';

export function aNamespace(name: string = namespace): NewObject {
	return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** emojivoto's `emoji-svc`, unless told otherwise. */
export function aService(overrides: { metadata?: Metadata; spec?: object } = {}): NewObject {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'emoji-svc', namespace, ...overrides.metadata },
		spec: {
			selector: { app: 'emoji-svc' },
			ports: [
				{ name: 'grpc', port: 8080, targetPort: 8080, protocol: 'TCP' },
				{ name: 'prom', port: 8801, targetPort: 8801, protocol: 'TCP' },
			],
			...overrides.spec,
		},
	};
}

/** emojivoto's `emoji`, unless told otherwise; `app` is the label that selects its pods. */
export function aDeployment(
	overrides: { metadata?: Metadata; app?: string; replicas?: number } = {},
): NewObject {
	const { app = 'emoji-svc', replicas } = overrides;
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'emoji', namespace, ...overrides.metadata },
		spec: {
			...(replicas === undefined ? {} : { replicas }),
			selector: { matchLabels: { app } },
			template: {
				metadata: { labels: { app, version: 'v11' } },
				spec: { containers: [{ name: 'server', image: 'buoyantio/emojivoto-emoji-svc:v11' }] },
			},
		},
	};
}

/** The workshop's split of `emoji-svc`, unless told otherwise. Weights by backend. */
export function aSplit(
	overrides: {
		metadata?: Metadata;
		version?: string;
		service?: string;
		backends?: Readonly<Record<string, number | string>>;
	} = {},
): NewObject {
	const { version = 'v1alpha2', service = 'emoji-svc' } = overrides;
	const { backends = { 'emoji-svc': 1, 'emoji-svc-west': 0 } } = overrides;
	return {
		apiVersion: `split.smi-spec.io/${version}`,
		kind: 'TrafficSplit',
		metadata: { name: 'emoji-svc', namespace, ...overrides.metadata },
		spec: {
			service,
			backends: Object.entries(backends).map(([name, weight]) => ({ service: name, weight })),
		},
	};
}

/** A slice of `emoji-svc` with one endpoint for each entry of `ready`, in order. */
export function anEndpointSlice(
	overrides: { metadata?: Metadata; service?: string; ready?: readonly boolean[] } = {},
): NewObject {
	const { service = 'emoji-svc', ready = [true] } = overrides;
	const labels = {
		'kubernetes.io/service-name': service,
		'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
	};
	const endpoints = ready.map((isReady, index) => ({
		addresses: [`10.1.0.${index + 1}`],
		conditions: { ready: isReady, serving: isReady, terminating: false },
		targetRef: { kind: 'Pod', namespace, name: `${service}-${index}`, uid: `${service}-${index}` },
	}));
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: { name: `${service}-abcde`, namespace, labels, ...overrides.metadata },
		addressType: 'IPv4',
		endpoints: endpoints.length === 0 ? null : endpoints,
		ports: endpoints.length === 0 ? null : [{ name: 'grpc', port: 8080, protocol: 'TCP' }],
	};
}

/** Puts objects into a store, in order, and returns them as stored. */
export function createObjects(store: ObjectStore, ...objects: readonly NewObject[]): KubernetesObject[] {
	return objects.map((object) => {
		const type = findTypeOfKind(object.apiVersion, object.kind);
		if (type === undefined) throw new RangeError(`no type of kind ${object.kind} in ${object.apiVersion}`);
		const { group, plural } = type;
		return store.create({ group, plural, namespace: object.metadata.namespace ?? '' }, object);
	});
}
