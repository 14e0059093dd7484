import type { Clock } from '../../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';

/** Keeps calls apart: each waits until its turn, in the order in which they came. */
export type Pace = (signal: AbortSignal) => Promise<void>;

export function createPace(clock: Clock, span: Milliseconds): Pace {
	let next: Instant = Number.NEGATIVE_INFINITY;
	return async (signal) => {
		const now = clock.now();
		const turn = Math.max(now, next);
		next = turn + span;
		if (turn > now) await clock.sleep(turn - now, signal);
	};
}
