import { markLimit } from '../../src/kubernetes/list-stream.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';

/**
 * A clock for tests with real sockets: back-offs shorter than 10 s are noted and over at once. Longer waits, and
 * those of whoever watches for silence, take virtual time.
 */
export interface ImpatientClock extends Clock {
	/** The short waits, in order. */
	readonly waits: readonly Milliseconds[];
	/** Moves on, and so ends the longer waits that are due. */
	advance(span: Milliseconds): Promise<void>;
}

export function createImpatientClock(): ImpatientClock {
	const virtual = createVirtualClock();
	const waits: Milliseconds[] = [];
	/** Who watches for silence waits long first, then for what is left of it. */
	const patient = new WeakSet<AbortSignal>();
	return {
		waits,
		now: virtual.now,
		advance: virtual.advance,
		async sleep(span, signal) {
			if (span >= 10_000 || span === markLimit) patient.add(signal);
			if (patient.has(signal)) return virtual.sleep(span, signal);
			waits.push(span);
			await virtual.advance(span);
			signal.throwIfAborted();
		},
	};
}
