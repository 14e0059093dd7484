import type { ServiceName } from './names.ts';
import type { Instant } from './time.ts';

/** Why nothing can be said about a backend. */
export type UnknownCause =
	| { readonly kind: 'ServiceMissing' }
	| { readonly kind: 'OriginMissing'; readonly origin: string }
	| { readonly kind: 'OriginUnreachable'; readonly origin: string }
	| { readonly kind: 'NoSignal'; readonly detail: string }
	| { readonly kind: 'Stale'; readonly source: string; readonly since: Instant };

/** The newest raw fact about a backend. */
export type Sample =
	| {
			readonly kind: 'counted';
			/** Ready endpoints, over all slices, each pod once. */
			readonly ready: number;
			/** Where they were counted: `local` or `west/emojivoto/emoji-svc`. */
			readonly from: string;
			/** For a gateway mirror: whether the path to the other cluster is ready as well. */
			readonly gatewayReady?: boolean;
			/** Without another proof of life the fact is stale from then on. */
			readonly staleAt: Instant;
	  }
	| {
			/** A gateway mirror without origin: its addresses are gateways, so readiness is one bit. */
			readonly kind: 'mirrored';
			readonly ready: boolean;
			readonly staleAt: Instant;
	  }
	| { readonly kind: 'unknown'; readonly cause: UnknownCause };

/** A sample measured against the policy. */
export type Signal = 'pass' | 'fail' | 'unknown';

/** The engine's judgement of a backend, after hold-down timers. */
export type Verdict = 'Healthy' | 'Unhealthy' | 'Unknown';

/** What the engine remembers of a backend between passes. */
export interface BackendMemory {
	readonly verdict: Verdict;
	/** Start of the present run of failing samples. */
	readonly failingSince?: Instant;
	/** Start of the present run of passing samples. */
	readonly passingSince?: Instant;
}

/** Samples by backend. */
export type Samples = ReadonlyMap<ServiceName, Sample>;
