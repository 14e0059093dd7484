import type { Clock } from '../../../src/model/ports/clock.ts';
import type { Milliseconds } from '../../../src/model/time.ts';

/** A clock that moves only when told to. */
export interface HandClock extends Clock {
	advance(span: Milliseconds): Promise<void>;
}

/** Virtual time between two looks; each takes a few turns of the event loop, in which every connection gets on. */
const step: Milliseconds = 50;

/** Lets virtual time pass, as slowly as connections need. Returns whether it held before the time was over. */
export async function passTime(
	clock: HandClock,
	span: Milliseconds,
	holds: () => boolean = () => false,
): Promise<boolean> {
	const end = clock.now() + span;
	while (!holds()) {
		if (clock.now() >= end) return false;
		await clock.advance(step);
		// The kernel needs real time to carry bytes over loopback.
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
	return true;
}
