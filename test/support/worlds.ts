import type { TargetFacts } from '../../src/model/live-target.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { CollectionChange, Item } from '../../src/model/ports/cluster.ts';
import type { LiveProfile } from '../../src/model/service-profile.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Instant } from '../../src/model/time.ts';
import type { Facts, SourceKind } from '../../src/observe/collections.ts';
import { footingOf } from '../../src/observe/footing.ts';
import { hashIdentity } from '../../src/observe/identity.ts';
import type { LeaseFacts } from '../../src/observe/lease-facts.ts';
import type { Mirror, ServiceFacts } from '../../src/observe/service-facts.ts';
import type { SliceFacts } from '../../src/observe/slice-facts.ts';
import { takeSnapshot } from '../../src/observe/snapshot.ts';
import { fold, type Topic, type World } from '../../src/observe/world.ts';
import { aPolicy, aSplit } from './policies.ts';

type Tell<T> = (at: Instant, change: CollectionChange<T>) => ReadonlySet<Topic>;

/** Tells a world of one namespace, in few words. */
export type Teller = { readonly world: World } & { readonly [K in SourceKind]: Tell<Facts[K]> };

export function tellWorld(world: World, cluster = 'east', namespace = 'emojivoto'): Teller {
	const tell =
		<K extends SourceKind>(kind: K): Tell<Facts[K]> =>
		(at, change) =>
			fold(world, { cluster, namespace, kind }, change, at);
	return {
		world,
		splits: tell('splits'),
		httpRoutes: tell('httpRoutes'),
		grpcRoutes: tell('grpcRoutes'),
		linkerdHttpRoutes: tell('linkerdHttpRoutes'),
		services: tell('services'),
		slices: tell('slices'),
		profiles: tell('profiles'),
		leases: tell('leases'),
	};
}

/** A snapshot of a world for a policy, of which east and west are declared. */
export function lookAt(
	world: World,
	now: Instant,
	policy: FailoverPolicy = aPolicy(),
	clusters: readonly string[] = ['east', 'west'],
): Snapshot {
	return takeSnapshot(world, footingOf(world, policy, new Set(clusters)), now);
}

export function splitItem(weights: Readonly<Record<string, number>>): Item<TargetFacts> {
	const split = aSplit(weights);
	return {
		namespace: 'emojivoto',
		name: split.name,
		resourceVersion: split.resourceVersion,
		value: { kind: 'target', target: split },
	};
}

export function serviceItem(name: string, facts: Partial<ServiceFacts> = {}): Item<ServiceFacts> {
	return {
		namespace: 'emojivoto',
		name,
		resourceVersion: '1',
		value: { selects: true, external: false, ...facts },
	};
}

/** A mirror of west's emoji-svc. */
export function mirrorItem(name: string, kind: Mirror['kind']): Item<ServiceFacts> {
	const origin = { cluster: 'west', namespace: 'emojivoto', service: 'emoji-svc' };
	return serviceItem(name, { selects: false, mirror: { kind, origin } });
}

/** A slice with these ready pods. */
export function sliceItem(name: string, service: string, ...ready: readonly string[]): Item<SliceFacts> {
	return sliceOf(name, service, { ready });
}

export interface SlicePods {
	readonly ready?: readonly string[];
	readonly draining?: readonly string[];
	readonly unready?: readonly string[];
	readonly unreadable?: string;
}

export function sliceOf(
	name: string,
	service: string,
	{ ready = [], draining = [], unready = [], ...rest }: SlicePods,
): Item<SliceFacts> {
	const [here, leaving, out] = [ready, draining, unready].map((pods) => pods.map(hashIdentity));
	const value = { service, ready: here ?? [], draining: leaving ?? [], unready: out ?? [], ...rest };
	return { namespace: 'emojivoto', name, resourceVersion: '1', value };
}

/** The ServiceProfile that linkerd-smi makes for an apex. */
export function profileItem(
	apex: string,
	overrides: Readonly<Record<string, number>> = {},
): Item<LiveProfile | undefined> {
	const name = `${apex}.emojivoto.svc.cluster.local`;
	const value = { name, apex, overrides: new Map(Object.entries(overrides)), skipped: false };
	return { namespace: 'emojivoto', name, resourceVersion: '1', value };
}

/** The Lease of the service mirror of west. */
export function leaseItem(renewTime: Instant, resourceVersion = '1'): Item<LeaseFacts> {
	const name = 'service-mirror-write-west';
	return { namespace: 'linkerd-multicluster', name, resourceVersion, value: { renewTime } };
}
