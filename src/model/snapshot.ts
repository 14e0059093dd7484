import type { Samples } from './health.ts';
import type { Namespace, ServiceName } from './names.ts';
import type { Instant } from './time.ts';
import type { Weights } from './weights.ts';

/** How a weight is written in the live object; v1alpha1 allows Quantity strings such as `500m`. */
export type WeightForm = 'number' | 'string';

export interface LiveBackend {
	readonly service: ServiceName;
	/** The weight's numeric value; a Quantity is read as its number. */
	readonly weight: number;
	readonly form: WeightForm;
}

/** A TrafficSplit as it was last seen on its cluster. */
export interface LiveSplit {
	readonly namespace: Namespace;
	readonly name: string;
	readonly uid: string;
	readonly resourceVersion: string;
	/** The Service clients call (`spec.service`). */
	readonly apex: ServiceName;
	/** In the object's order, which patches address by index. */
	readonly backends: readonly LiveBackend[];
}

export type TargetSnapshot =
	| { readonly kind: 'found'; readonly split: LiveSplit }
	| { readonly kind: 'missing' }
	/** Present, but not a split that weights can be written to. */
	| { readonly kind: 'invalid'; readonly message: string };

/** All that is known for one policy at one instant. */
export interface Snapshot {
	/** Inputs not yet synced; while any is listed nothing is decided. */
	readonly waitingFor: readonly string[];
	/** When the first of them is given up, should it stay unreached. */
	readonly waitsUntil?: Instant;
	readonly target: TargetSnapshot;
	readonly samples: Samples;
}

export function liveWeights(split: LiveSplit): Weights {
	return new Map(split.backends.map(({ service, weight }) => [service, weight]));
}
