import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../model/ports/clock.ts';

/** Timers longer than this fire at once in Node. */
const longestTimer = 2 ** 31 - 1;

/** Real time from the monotonic clock, so that setting the machine's clock never moves a timer. */
export const systemClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	async sleep(span, signal) {
		try {
			await wait(Math.min(Math.max(0, span), longestTimer), undefined, { signal });
		} catch (error) {
			signal.throwIfAborted();
			throw error;
		}
	},
};
