import type { TargetFacts } from '../../src/model/live-target.ts';
import type { Item } from '../../src/model/ports/cluster.ts';
import type { Instant } from '../../src/model/time.ts';
import type { Mirror, ServiceFacts } from '../../src/observe/service-facts.ts';
import type { SliceFacts } from '../../src/observe/slice-facts.ts';
import { fold, type Observation, type Topic, type World } from '../../src/observe/world.ts';
import { aSplit } from './policies.ts';

/** Tells a world of one namespace, in few words. */
export interface Teller {
	readonly world: World;
	splits(at: Instant, change: Extract<Observation, { kind: 'splits' }>['change']): ReadonlySet<Topic>;
	services(at: Instant, change: Extract<Observation, { kind: 'services' }>['change']): ReadonlySet<Topic>;
	slices(at: Instant, change: Extract<Observation, { kind: 'slices' }>['change']): ReadonlySet<Topic>;
}

export function tellWorld(world: World, cluster = 'east', namespace = 'emojivoto'): Teller {
	const place = { cluster, namespace };
	return {
		world,
		splits: (at, change) => fold(world, { ...place, at, kind: 'splits', change }),
		services: (at, change) => fold(world, { ...place, at, kind: 'services', change }),
		slices: (at, change) => fold(world, { ...place, at, kind: 'slices', change }),
	};
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
	return { namespace: 'emojivoto', name, resourceVersion: '1', value: { service, ready } };
}
