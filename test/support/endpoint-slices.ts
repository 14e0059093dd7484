import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import {
	type Endpoint,
	type EndpointSlice,
	listSlicesOf,
} from '../../src/simulator/world/endpoint-slices.ts';

/** The slices of one of emojivoto's Services. */
export function slicesOf(store: ObjectStore, service = 'emoji-svc'): readonly EndpointSlice[] {
	return listSlicesOf(store, 'emojivoto', service);
}

/** What those slices list. */
export function endpointsOf(store: ObjectStore, service = 'emoji-svc'): readonly Endpoint[] {
	return slicesOf(store, service).flatMap(({ endpoints }) => endpoints ?? []);
}

/** `undefined` where there is no slice at all. */
export function countReady(store: ObjectStore, service = 'emoji-svc'): number | undefined {
	if (slicesOf(store, service).length === 0) return undefined;
	return endpointsOf(store, service).filter(({ conditions }) => conditions?.ready === true).length;
}
