import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';
import { NoAnswerError } from './no-answer.ts';

/** A stream that has gone silent: its connection is taken for dead. */
export class SilenceError extends NoAnswerError {
	constructor(limit: Milliseconds) {
		super(`nothing was heard for ${limit / 1_000}s`, { maybeActedOn: true });
	}
}

/** Calls out when nothing was heard for too long. */
export interface SilenceGuard {
	/** Something was heard. */
	heard(): void;
	/** From now on, silence is borne for so long. */
	bear(limit: Milliseconds): void;
	end(): void;
}

export function guardSilence(clock: Clock, onSilence: (error: SilenceError) => void): SilenceGuard {
	let heardAt = clock.now();
	let watch = new AbortController();

	const wait = async (limit: Milliseconds, signal: AbortSignal): Promise<void> => {
		for (let rest = limit; rest > 0; rest = heardAt + limit - clock.now()) await clock.sleep(rest, signal);
		onSilence(new SilenceError(limit));
	};

	return {
		heard() {
			heardAt = clock.now();
		},
		bear(limit) {
			watch.abort();
			watch = new AbortController();
			heardAt = clock.now();
			wait(limit, watch.signal).catch(() => undefined);
		},
		end: () => watch.abort(),
	};
}
