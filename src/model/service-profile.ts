import type { ServiceName } from './names.ts';
import type { Weights } from './weights.ts';

/** A Linkerd ServiceProfile: what linkerd-smi turns a TrafficSplit into, and what the proxies route by. */
export interface LiveProfile {
	readonly apex: ServiceName;
	/** `spec.dstOverrides` by backend; absent where nothing routes by it. */
	readonly overrides?: Weights;
	/** Annotation `smi.linkerd.io/skip`: linkerd-smi leaves it alone. */
	readonly skipped: boolean;
}
