import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';

/** Wakes one loop. Rings that come while the loop is busy are kept, as one. */
export interface WakeUp {
	ring(): void;
	/** Resolves at the next ring, after `span` (absent: never), or once aborted. True when it was rung. */
	wait(span: Milliseconds | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Timers longer than this may fire at once. */
const longest: Milliseconds = 2 ** 31 - 1;

/** Why a sleep ends early; made once, as every ring ends one. */
const rang = new Error('woken');

export function createWakeUp(clock: Clock): WakeUp {
	let rung = false;
	let wake = (): void => undefined;
	return {
		ring() {
			rung = true;
			wake();
		},
		async wait(span = longest, signal) {
			if (!rung && !signal.aborted) {
				const woken = new AbortController();
				wake = () => woken.abort(rang);
				signal.addEventListener('abort', wake, { once: true });
				await clock.sleep(Math.min(longest, span), woken.signal).catch(() => undefined);
				signal.removeEventListener('abort', wake);
			}
			const was = rung;
			rung = false;
			return was;
		},
	};
}
