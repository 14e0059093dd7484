import type { ServiceName } from './names.ts';
import type { Instant } from './time.ts';

/** Why nothing can be said about a backend. */
export type UnknownCause =
	| { readonly kind: 'ServiceMissing' }
	| { readonly kind: 'OriginMissing'; readonly origin: string }
	| { readonly kind: 'OriginUnreachable'; readonly origin: string }
	| { readonly kind: 'NoSignal'; readonly detail: string }
	| { readonly kind: 'Stale'; readonly source: string };

/** The newest raw fact about a backend. Without another proof of life it is stale from `staleAt` on. */
export type Sample =
	/** Ready endpoints, over all slices, each pod once. */
	| {
			readonly kind: 'counted';
			readonly ready: number;
			/** Where: `local` or `west/emojivoto/emoji-svc`. */
			readonly from: string;
			readonly staleAt: Instant;
			/** Endpoints that are not ready any more, but serve until they terminate. */
			readonly draining?: number;
			/** When the last ready ones left the slices without having been unready there. */
			readonly vanishedAt?: Instant;
	  }
	/** A gateway mirror's addresses are gateways, so its readiness is one bit whatever their number. */
	| { readonly kind: 'mirrored'; readonly ready: boolean; readonly staleAt: Instant }
	| { readonly kind: 'unknown'; readonly cause: UnknownCause };

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
