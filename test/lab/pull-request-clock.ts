import { systemClock } from '../../src/cli/system-clock.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Instant, Milliseconds } from '../../src/model/time.ts';

/** The machine's clock, which a test may put forward: waits that are over by then end at once. */
export interface ForwardClock extends Clock {
	putForward(span: Milliseconds): void;
}

export function createForwardClock(): ForwardClock {
	let ahead: Milliseconds = 0;
	const waits = new Set<{ readonly until: Instant; readonly end: () => void }>();
	const now = (): Instant => systemClock.now() + ahead;
	return {
		now,
		async sleep(span, signal) {
			const woken = new AbortController();
			const wait = { until: now() + span, end: () => woken.abort() };
			waits.add(wait);
			try {
				await systemClock.sleep(span, AbortSignal.any([signal, woken.signal]));
			} catch (error) {
				if (signal.aborted || !woken.signal.aborted) throw error;
			} finally {
				waits.delete(wait);
			}
		},
		putForward(span) {
			ahead += span;
			for (const { until, end } of waits) if (until <= now()) end();
		},
	};
}
