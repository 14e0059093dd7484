import { once } from 'node:events';
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';

/** Wakes one loop. Nudges that come while the loop is busy are kept, as one. */
export interface Alarm {
	nudge(): void;
	/**
	 * Resolves at the next nudge (at once, if one came since the last wait), after `span`, or once aborted.
	 * Without `span` only a nudge or an abort ends it.
	 */
	wait(span: Milliseconds | undefined, signal: AbortSignal): Promise<void>;
}

export function createAlarm(clock: Clock): Alarm {
	let nudged = false;
	let ring = () => {};

	return {
		nudge() {
			nudged = true;
			ring();
		},
		async wait(span, signal) {
			if (!nudged && !signal.aborted) {
				const rung = new AbortController();
				ring = () => rung.abort();
				signal.addEventListener('abort', ring, { signal: rung.signal });
				await (span === undefined
					? once(rung.signal, 'abort')
					: clock.sleep(span, rung.signal).catch(() => {}));
				rung.abort();
			}
			nudged = false;
		},
	};
}
