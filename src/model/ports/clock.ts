import type { Instant, Milliseconds } from '../time.ts';

/** The only source of time. The real one is monotonic; the virtual one moves when a test says so. */
export interface Clock {
	/** Never goes back within one process. */
	now(): Instant;
	/** Resolves after `span`; rejects with the signal's reason once that is aborted. */
	sleep(span: Milliseconds, signal: AbortSignal): Promise<void>;
}

/** The only source of randomness: uniform in [0, 1). */
export type Random = () => number;
