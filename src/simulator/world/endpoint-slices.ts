import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { findObject } from './apply.ts';
import { formatSelector, type Service, type StringMap, type TypeName } from './workloads.ts';

export interface Endpoint {
	readonly addresses: readonly string[];
	/** An absent `ready` counts as true. */
	readonly conditions?: {
		readonly ready?: boolean;
		readonly serving?: boolean;
		readonly terminating?: boolean;
	};
	readonly targetRef?: {
		readonly kind: 'Pod';
		readonly namespace: string;
		readonly name: string;
		readonly uid: string;
	};
}

export interface EndpointPort {
	readonly name?: string;
	readonly port: number;
	readonly protocol: string;
}

export interface EndpointSlice extends KubernetesObject {
	readonly endpoints?: readonly Endpoint[] | null;
	readonly ports?: readonly EndpointPort[] | null;
}

/** What a controller says of one Service, all of it in one slice. */
export interface SliceContent {
	/** Mark every slice of this controller, and no other. */
	readonly labels: StringMap;
	readonly annotations?: StringMap;
	readonly endpoints: readonly Endpoint[];
	readonly ports: readonly EndpointPort[];
}

export const sliceType: TypeName = { group: 'discovery.k8s.io', plural: 'endpointslices' };

export const managedBy = 'endpointslice.kubernetes.io/managed-by';

/** The slices of one Service, whoever keeps them. */
export function listSlicesOf(
	store: ObjectStore,
	namespace: string,
	service: string,
): readonly EndpointSlice[] {
	const labelSelector = formatSelector({ 'kubernetes.io/service-name': service });
	return store.list({ ...sliceType, namespace, labelSelector }).items as readonly EndpointSlice[];
}

/** Creates or changes the slice `<service>-<suffix>`. Without endpoints it stays, both its lists null. */
export function putSlice(store: ObjectStore, service: Service, content: SliceContent): void {
	const key = keyOfSlice(service);
	const empty = content.endpoints.length === 0;
	const endpoints = empty ? null : content.endpoints;
	const ports = empty ? null : content.ports;
	if (findObject(store, key) === undefined) {
		const { name, uid } = service.metadata;
		const labels = { ...content.labels, 'kubernetes.io/service-name': name };
		const ownerReferences = [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true }];
		store.create(key, {
			apiVersion: 'discovery.k8s.io/v1',
			kind: 'EndpointSlice',
			metadata: { name: key.name, labels, annotations: content.annotations ?? {}, ownerReferences },
			addressType: 'IPv4',
			endpoints,
			ports,
		});
		return;
	}
	store.patch(key, 'application/json-patch+json', [
		{ op: 'add', path: '/endpoints', value: endpoints },
		{ op: 'add', path: '/ports', value: ports },
	]);
}

/** Deletes a controller's slices except those of the Services given. */
export function deleteOtherSlices(store: ObjectStore, labels: StringMap, kept: readonly Service[]): void {
	const wanted = new Set(kept.map((service) => formatKey(keyOfSlice(service))));
	for (const { metadata } of store.list({ ...sliceType, labelSelector: formatSelector(labels) }).items) {
		const key = { ...sliceType, namespace: metadata.namespace ?? '', name: metadata.name };
		if (!wanted.has(formatKey(key))) store.delete(key);
	}
}

function keyOfSlice({ metadata }: Service) {
	const name = `${metadata.name}-${metadata.uid.slice(-5)}`;
	return { ...sliceType, namespace: metadata.namespace ?? '', name };
}

function formatKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
	return `${namespace}/${name}`;
}
