import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';

/** Timers longer than this fire at once in Node. */
const longestTimer = 2 ** 31 - 1;

/** Real time from the monotonic clock, so that setting the machine's clock never moves a timer. */
export const systemClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	sleep(span, signal) {
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const stop = (): void => {
				cancel();
				reject(signal.reason);
			};
			const cancel = startTimer(span, () => {
				signal.removeEventListener('abort', stop);
				resolve();
			});
			signal.addEventListener('abort', stop, { once: true });
		});
	},
};

/** Returns what cancels it. A span of nothing lets sockets and timers have their turn, and no more. */
function startTimer(span: Milliseconds, onEnd: () => void): () => void {
	if (span <= 0) {
		const immediate = setImmediate(onEnd);
		return () => clearImmediate(immediate);
	}
	const timer = setTimeout(onEnd, Math.min(span, longestTimer));
	return () => clearTimeout(timer);
}
