import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** To be called between two pieces of work: lets the process do something else once enough was done in one go. */
export type YieldTurn = (signal: AbortSignal) => Promise<void>;

/** Far below the 50 ms that nothing may hold the process up for. */
const turn: Milliseconds = 8;

export function createYieldTurn(clock: Clock): YieldTurn {
	let since: Instant = clock.now();
	return async (signal) => {
		if (clock.now() - since < turn) return;
		await clock.sleep(0, signal);
		since = clock.now();
	};
}
