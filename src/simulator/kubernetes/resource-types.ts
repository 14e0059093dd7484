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
	/** Defined by a CRD: schema errors are 422 rather than 400, updates need a resourceVersion. */
	readonly custom: boolean;
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
	generational: false,
	selectableFields: everywhere,
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
	},
	{
		...builtIn,
		group: '',
		kind: 'Event',
		plural: 'events',
		singular: 'event',
		shortNames: ['ev'],
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
		group: 'split.smi-spec.io',
		versions: ['v1alpha2', 'v1alpha1'],
		storageVersion: 'v1alpha1',
		kind: 'TrafficSplit',
		plural: 'trafficsplits',
		singular: 'trafficsplit',
		shortNames: ['ts'],
		custom: true,
		generational: true,
	},
];

export function findResourceType(group: string, plural: string): ResourceType | undefined {
	return resourceTypes.find((type) => type.group === group && type.plural === plural);
}

/** `v1`, or `apps/v1`. */
export function formatApiVersion(group: string, version: string): string {
	return group === '' ? version : `${group}/${version}`;
}

/** How errors name a type's collection: `services`, or `deployments.apps`. */
export function formatGroupResource({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string {
	return group === '' ? plural : `${plural}.${group}`;
}
