import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long the event loop was held up, in ms over its sampling interval. */
export interface Stalls {
	readonly max: number;
	readonly p99: number;
}

/** Reads the stalls since the last reading. */
export function watchStalls(): () => Stalls {
	const resolution = 2;
	const histogram = monitorEventLoopDelay({ resolution });
	histogram.enable();
	return () => {
		const over = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
		const stalls = { max: over(histogram.max), p99: over(histogram.percentile(99)) };
		histogram.reset();
		return stalls;
	};
}
