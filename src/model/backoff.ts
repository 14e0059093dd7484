import type { Random } from './ports/clock.ts';
import type { Milliseconds } from './time.ts';

/** The shortest wait, and twice this the range of the first one. */
const shortest: Milliseconds = 250;

/** The longest wait: client-go's reflector stops growing there as well. */
const longest: Milliseconds = 30_000;

/**
 * How long to wait after `failures` failures in a row (0 = after the first). Grows twofold from 0.25–0.5 s to
 * 15–30 s; the upper half of each span is random, so that many watchers do not come back at once.
 */
export function backOff(failures: number, random: Random): Milliseconds {
	const ceiling = Math.min(longest, 2 * shortest * 2 ** Math.min(failures, 16));
	return ceiling / 2 + (random() * ceiling) / 2;
}
