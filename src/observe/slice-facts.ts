import type { ServiceName } from '../model/names.ts';
import type { KubernetesObject, Resource } from '../model/ports/cluster.ts';

export const endpointSlices: Resource = {
	group: 'discovery.k8s.io',
	versions: ['v1'],
	plural: 'endpointslices',
};

/** An EndpointSlice, pruned to what counts. */
export interface SliceFacts {
	readonly service: ServiceName;
	/** Who is ready: the pod's uid where there is one, else the first address. One pod may stand in many slices. */
	readonly ready: readonly string[];
}

interface Endpoint {
	readonly addresses?: readonly string[];
	readonly conditions?: { readonly ready?: boolean | null } | null;
	readonly targetRef?: { readonly uid?: string } | null;
}

const serviceLabel = 'kubernetes.io/service-name';

/** Prunes an EndpointSlice; throws a TypeError that says what is wrong with it. */
export function readSlice(object: KubernetesObject): SliceFacts {
	const addressType = object['addressType'];
	if (typeof addressType !== 'string') throw new TypeError('addressType is missing');
	const service = object.metadata.labels?.[serviceLabel] ?? '';
	const endpoints = addressType === 'FQDN' ? [] : listEndpoints(object['endpoints']);
	return { service, ready: endpoints.filter(isReady).map(identify) };
}

/** Services and slices that were emptied carry `endpoints: null`. */
function listEndpoints(value: unknown): readonly Endpoint[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw new TypeError('endpoints is not a list');
	return value;
}

/** EndpointSlice v1: `ready: nil` means ready. */
function isReady({ conditions, addresses = [] }: Endpoint): boolean {
	const ready = conditions?.ready ?? true;
	if (typeof ready !== 'boolean') throw new TypeError('conditions.ready must be a boolean');
	return ready && addresses.length > 0;
}

function identify({ targetRef, addresses = [] }: Endpoint): string {
	return targetRef?.uid ?? addresses[0] ?? '';
}
