import type { ServiceName } from '../model/names.ts';
import type { KubernetesObject, Resource } from '../model/ports/cluster.ts';
import { showValue } from '../model/problem.ts';
import { isRecord } from '../model/unstructured.ts';
import { hashIdentity } from './identity.ts';

export const endpointSlices: Resource = {
	group: 'discovery.k8s.io',
	versions: ['v1'],
	plural: 'endpointslices',
};

/**
 * An EndpointSlice, pruned to what counts. Endpoints are kept as the hashes of who they are: the pod's uid where
 * there is one, else the first address. One pod may stand in many slices, of both address families.
 */
export interface SliceFacts {
	/** '' where the label is missing: such a slice belongs to nobody. */
	readonly service: ServiceName;
	readonly ready: readonly number[];
	/** Not ready, because they terminate, and serving until they do. */
	readonly draining: readonly number[];
	/** All others. */
	readonly unready: readonly number[];
	/** What is wrong with it; then nothing is said of its endpoints. */
	readonly unreadable?: string;
}

const serviceLabel = 'kubernetes.io/service-name';
const nobody: readonly number[] = [];

/**
 * Prunes an EndpointSlice; never throws. One endpoint that cannot be read makes the whole slice unreadable: passed
 * over, it would look like one that is gone.
 */
export function readSlice(object: KubernetesObject): SliceFacts {
	const service = object.metadata.labels?.[serviceLabel] ?? '';
	try {
		return { service, ...readEndpoints(object) };
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		return { service, ready: nobody, draining: nobody, unready: nobody, unreadable: error.message };
	}
}

type EndpointState = 'ready' | 'draining' | 'unready';

function readEndpoints(object: KubernetesObject): Pick<SliceFacts, EndpointState> {
	const { addressType, endpoints } = object as {
		readonly addressType?: unknown;
		readonly endpoints?: unknown;
	};
	if (typeof addressType !== 'string') throw new TypeError('addressType is missing');
	// Names are no addresses: whom they lead to is not known.
	const listed = addressType === 'FQDN' ? [] : listEndpoints(endpoints);
	const found = { ready: new Set<number>(), draining: new Set<number>(), unready: new Set<number>() };
	for (const endpoint of listed) {
		if (!isRecord(endpoint)) throw new TypeError(`an endpoint is ${showValue(endpoint)}`);
		found[readState(endpoint['conditions'])].add(hashIdentity(identify(endpoint)));
	}
	return { ready: list(found.ready), draining: list(found.draining), unready: list(found.unready) };
}

/** Services and slices that were emptied carry `endpoints: null`. */
function listEndpoints(value: unknown): readonly unknown[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw new TypeError('endpoints is not a list');
	return value;
}

/** EndpointSlice v1: `ready: nil` means ready; one that terminates is never ready. */
function readState(conditions: unknown): EndpointState {
	if (conditions === undefined || conditions === null) return 'ready';
	if (!isRecord(conditions)) throw new TypeError('conditions is not a mapping');
	if (readCondition(conditions, 'ready') ?? true) return 'ready';
	const drains = readCondition(conditions, 'serving') && readCondition(conditions, 'terminating');
	return drains ? 'draining' : 'unready';
}

function readCondition(conditions: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
	const value = conditions[name] ?? undefined;
	if (value !== undefined && typeof value !== 'boolean') {
		throw new TypeError(`conditions.${name} must be a boolean`);
	}
	return value;
}

function identify({ targetRef, addresses }: Readonly<Record<string, unknown>>): string {
	const [address]: readonly unknown[] = Array.isArray(addresses) ? addresses : [];
	if (typeof address !== 'string') throw new TypeError('an endpoint has no address');
	const uid = isRecord(targetRef) ? targetRef['uid'] : undefined;
	return typeof uid === 'string' && uid !== '' ? uid : address;
}

/** As an array of plain doubles, eight bytes each: one made of a Set at once would hold a pointer to each number. */
function list(identities: ReadonlySet<number>): readonly number[] {
	if (identities.size === 0) return nobody;
	const listed = new Array<number>(identities.size);
	let index = 0;
	for (const identity of identities) {
		listed[index] = identity;
		index += 1;
	}
	return listed;
}
