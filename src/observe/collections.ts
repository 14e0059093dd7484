// What is watched, and what is kept of it.

import { leases } from '../model/lease.ts';
import type { TargetFacts } from '../model/live-target.ts';
import type { ClusterName, Namespace, TargetRef } from '../model/names.ts';
import type { Collection, KubernetesObject } from '../model/ports/cluster.ts';
import { readRoute } from '../model/route.ts';
import { type LiveProfile, readProfile, serviceProfiles } from '../model/service-profile.ts';
import { grpcRoutes, httpRoutes, linkerdHttpRoutes } from '../model/target-resource.ts';
import { readSplit, trafficSplits } from '../model/traffic-split.ts';
import { type LeaseFacts, readLease } from './lease-facts.ts';
import { readService, type ServiceFacts, services } from './service-facts.ts';
import { endpointSlices, readSlice, type SliceFacts } from './slice-facts.ts';

/** What is kept of an object, by the kind of its collection. */
export interface Facts {
	readonly splits: TargetFacts;
	readonly httpRoutes: TargetFacts;
	readonly grpcRoutes: TargetFacts;
	readonly linkerdHttpRoutes: TargetFacts;
	readonly services: ServiceFacts;
	readonly slices: SliceFacts;
	/** `undefined`: of a Service of another namespace. */
	readonly profiles: LiveProfile | undefined;
	readonly leases: LeaseFacts;
}

/** The collections that may be watched in a namespace. */
export type SourceKind = keyof Facts;

/** Those whose objects carry weights. */
export type TargetSourceKind = 'splits' | 'httpRoutes' | 'grpcRoutes' | 'linkerdHttpRoutes';

/** One collection that has to be watched. */
export interface Input<K extends SourceKind = SourceKind> {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly kind: K;
}

/** What tells one input from another. */
export function inputKey({ cluster, namespace, kind }: Input): string {
	return `${cluster}/${namespace}/${kind}`;
}

interface Kept<T> extends Omit<Collection<T>, 'namespace'> {
	/** What objects are looked up by, besides their names. */
	readonly indexBy?: (value: T) => string | undefined;
	/** What is wrong with an object that was kept all the same, since what it says of others matters. */
	readonly faultOf?: (value: T) => string | undefined;
}

export const collections: { readonly [K in SourceKind]: Kept<Facts[K]> } = {
	splits: { resource: trafficSplits, decode: readSplit },
	httpRoutes: { resource: httpRoutes, decode: (object) => readRoute('HTTPRoute', object) },
	grpcRoutes: { resource: grpcRoutes, decode: (object) => readRoute('GRPCRoute', object) },
	linkerdHttpRoutes: { resource: linkerdHttpRoutes, decode: (object) => readRoute('HTTPRoute', object) },
	services: { resource: services, decode: readService },
	slices: {
		resource: endpointSlices,
		decode: readSlice,
		indexBy: ({ service }) => (service === '' ? undefined : service),
		faultOf: ({ unreadable }) => unreadable,
	},
	// Without Linkerd there are none of these two, and nothing is missed.
	profiles: {
		resource: serviceProfiles,
		optional: true,
		decode: readProfile,
		indexBy: (profile) => profile?.apex,
	},
	leases: { resource: leases, optional: true, decode: readLease },
};

/** The collection that a target is in. */
export function targetSource({ kind, group }: Pick<TargetRef, 'kind' | 'group'>): TargetSourceKind {
	switch (kind) {
		case 'TrafficSplit':
			return 'splits';
		case 'HTTPRoute':
			return group === undefined ? 'httpRoutes' : 'linkerdHttpRoutes';
		case 'GRPCRoute':
			return 'grpcRoutes';
	}
}

const targetSources: readonly TargetSourceKind[] = [
	'splits',
	'httpRoutes',
	'grpcRoutes',
	'linkerdHttpRoutes',
];
const kinds: Readonly<Record<TargetSourceKind, TargetRef['kind']>> = {
	splits: 'TrafficSplit',
	httpRoutes: 'HTTPRoute',
	grpcRoutes: 'GRPCRoute',
	linkerdHttpRoutes: 'HTTPRoute',
};

/** The collection that an object is in, as far as its objects carry weights. */
export function targetSourceOf({ apiVersion = '', kind }: KubernetesObject): TargetSourceKind | undefined {
	const [group] = apiVersion.split('/');
	return targetSources.find((each) => kinds[each] === kind && collections[each].resource.group === group);
}
