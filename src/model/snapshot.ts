import type { Samples } from './health.ts';
import type { LiveTarget } from './live-target.ts';
import type { LiveProfile } from './service-profile.ts';
import type { Instant } from './time.ts';

export type TargetSnapshot =
	| { readonly kind: 'found'; readonly target: LiveTarget; readonly profile?: LiveProfile }
	| { readonly kind: 'missing' }
	/** Present, but nothing weights can be written to. */
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
