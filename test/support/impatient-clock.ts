import type { Clock } from '../../src/model/ports/clock.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

/** A clock for tests with real sockets: waits shorter than 30 s are noted and over at once, longer ones never. */
export interface ImpatientClock extends Clock {
	/** The short waits, in order. */
	readonly waits: readonly Milliseconds[];
	/** Moves on, and so ends the longer waits that are due. */
	advance(span: Milliseconds): Promise<void>;
}

export function createImpatientClock(): ImpatientClock {
	const virtual = createVirtualClock();
	const waits: Milliseconds[] = [];
	return {
		waits,
		now: virtual.now,
		advance: virtual.advance,
		async sleep(span, signal) {
			if (span >= 30_000) return virtual.sleep(span, signal);
			waits.push(span);
			await virtual.advance(span);
			signal.throwIfAborted();
		},
	};
}
