/** One type the embedded API serves. */
export interface ResourceType {
	/** '' for core. */
	readonly group: string;
	/** Served versions, the preferred one first. */
	readonly versions: readonly string[];
	readonly storageVersion: string;
	readonly kind: string;
	readonly plural: string;
	readonly singular: string;
	readonly shortNames: readonly string[];
	readonly namespaced: boolean;
	readonly subresources: readonly Subresource[];
	/** Defined by a CRD: schema errors are 422 rather than 400. */
	readonly custom: boolean;
	/** Whether an update may leave out the version that it is based on. */
	readonly unconditionalUpdate: boolean;
	/** Whether an update of what does not exist creates it. */
	readonly createOnUpdate: boolean;
	/** Whether metadata.generation counts the changes of what is wanted. */
	readonly generational: boolean;
	/** Fields that field selectors may name. */
	readonly selectableFields: readonly string[];
}

export type Subresource = 'status' | 'scale';

const everywhere = ['metadata.name', 'metadata.namespace'];

const builtIn = {
	versions: ['v1'],
	storageVersion: 'v1',
	shortNames: [],
	namespaced: true,
	subresources: [],
	custom: false,
	unconditionalUpdate: true,
	createOnUpdate: false,
	generational: false,
	selectableFields: everywhere,
} as const;

const custom = { ...builtIn, custom: true, unconditionalUpdate: false, generational: true } as const;

const httpRoute = {
	...custom,
	kind: 'HTTPRoute',
	plural: 'httproutes',
	singular: 'httproute',
	subresources: ['status'],
} as const;

export const resourceTypes: readonly ResourceType[] = [
	{
		...builtIn,
		group: '',
		kind: 'Namespace',
		plural: 'namespaces',
		singular: 'namespace',
		shortNames: ['ns'],
		namespaced: false,
		subresources: ['status'],
	},
	{
		...builtIn,
		group: '',
		kind: 'Service',
		plural: 'services',
		singular: 'service',
		shortNames: ['svc'],
		subresources: ['status'],
		createOnUpdate: true,
	},
	{
		...builtIn,
		group: '',
		kind: 'Event',
		plural: 'events',
		singular: 'event',
		shortNames: ['ev'],
		createOnUpdate: true,
		selectableFields: [
			...everywhere,
			'involvedObject.kind',
			'involvedObject.namespace',
			'involvedObject.name',
			'involvedObject.uid',
			'involvedObject.apiVersion',
			'reason',
			'type',
		],
	},
	{
		...builtIn,
		group: 'apps',
		kind: 'Deployment',
		plural: 'deployments',
		singular: 'deployment',
		shortNames: ['deploy'],
		subresources: ['status', 'scale'],
		generational: true,
	},
	{
		...builtIn,
		group: 'discovery.k8s.io',
		kind: 'EndpointSlice',
		plural: 'endpointslices',
		singular: 'endpointslice',
		generational: true,
	},
	{
		...builtIn,
		group: '',
		kind: 'ConfigMap',
		plural: 'configmaps',
		singular: 'configmap',
		shortNames: ['cm'],
	},
	{
		...builtIn,
		group: '',
		kind: 'Secret',
		plural: 'secrets',
		singular: 'secret',
		selectableFields: [...everywhere, 'type'],
	},
	{
		...builtIn,
		group: 'coordination.k8s.io',
		kind: 'Lease',
		plural: 'leases',
		singular: 'lease',
		unconditionalUpdate: false,
		createOnUpdate: true,
	},
	{
		...custom,
		group: 'split.smi-spec.io',
		versions: ['v1alpha2', 'v1alpha1'],
		storageVersion: 'v1alpha1',
		kind: 'TrafficSplit',
		plural: 'trafficsplits',
		singular: 'trafficsplit',
		shortNames: ['ts'],
	},
	{
		...custom,
		group: 'linkerd.io',
		versions: ['v1alpha2'],
		storageVersion: 'v1alpha2',
		kind: 'ServiceProfile',
		plural: 'serviceprofiles',
		singular: 'serviceprofile',
		shortNames: ['sp'],
	},
	{ ...httpRoute, group: 'gateway.networking.k8s.io', versions: ['v1', 'v1beta1'] },
	{
		...custom,
		group: 'gateway.networking.k8s.io',
		kind: 'GRPCRoute',
		plural: 'grpcroutes',
		singular: 'grpcroute',
		subresources: ['status'],
	},
	{
		...custom,
		group: 'source.toolkit.fluxcd.io',
		kind: 'GitRepository',
		plural: 'gitrepositories',
		singular: 'gitrepository',
		shortNames: ['gitrepo'],
		subresources: ['status'],
	},
	{
		...custom,
		group: 'kustomize.toolkit.fluxcd.io',
		kind: 'Kustomization',
		plural: 'kustomizations',
		singular: 'kustomization',
		shortNames: ['ks'],
		subresources: ['status'],
	},
	{
		...custom,
		group: 'argoproj.io',
		versions: ['v1alpha1'],
		storageVersion: 'v1alpha1',
		kind: 'Application',
		plural: 'applications',
		singular: 'application',
		shortNames: ['app'],
	},
	{ ...httpRoute, group: 'policy.linkerd.io', versions: ['v1beta3'], storageVersion: 'v1beta3' },
];

export function findResourceType(group: string, plural: string): ResourceType | undefined {
	return resourceTypes.find((type) => type.group === group && type.plural === plural);
}

/** The type of an object as people write it, by its kind and group: the version may be one that is not served. */
export function findTypeOfKind(apiVersion: string, kind: string): ResourceType | undefined {
	const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
	return resourceTypes.find((type) => type.group === group && type.kind === kind);
}

/** `v1`, or `apps/v1`. */
export function formatApiVersion(group: string, version: string): string {
	return group === '' ? version : `${group}/${version}`;
}

/** How errors name a type's collection: `services`, or `deployments.apps`. */
export function formatGroupResource({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string {
	return group === '' ? plural : `${plural}.${group}`;
}
