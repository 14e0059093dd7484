import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

interface Sleeper {
	readonly wakeAt: Instant;
	readonly order: number;
	readonly wake: () => void;
}

/** A clock that moves only when told to, so that hours of failover play in milliseconds. */
export interface VirtualClock extends Clock {
	/** Moves on by `span`, waking sleepers in order and letting all that they start come to rest in between. */
	advance(span: Milliseconds): Promise<void>;
}

const start: Instant = 1_750_000_000_000;

export function createVirtualClock(settle: () => Promise<void> = letPromisesRest): VirtualClock {
	const sleepers = new Set<Sleeper>();
	let now = start;
	let order = 0;

	const nextDue = (until: Instant): Sleeper | undefined => {
		const due = [...sleepers].filter(({ wakeAt }) => wakeAt <= until);
		return due.sort((a, b) => a.wakeAt - b.wakeAt || a.order - b.order)[0];
	};

	return {
		now: () => now,
		sleep(span, signal) {
			if (signal.aborted) return Promise.reject(signal.reason);
			return new Promise((resolve, reject) => {
				const end = () => {
					sleepers.delete(sleeper);
					signal.removeEventListener('abort', abort);
				};
				const abort = () => {
					end();
					reject(signal.reason);
				};
				const wake = () => {
					end();
					resolve();
				};
				const sleeper = { wakeAt: now + Math.max(0, span), order: order++, wake };
				sleepers.add(sleeper);
				signal.addEventListener('abort', abort, { once: true });
			});
		},
		async advance(span) {
			const until = now + span;
			await settle();
			for (let sleeper = nextDue(until); sleeper !== undefined; sleeper = nextDue(until)) {
				now = Math.max(now, sleeper.wakeAt);
				sleeper.wake();
				await settle();
			}
			now = until;
			await settle();
		},
	};
}

/** Waits until every promise chain that needs no timer or I/O has come to rest. */
async function letPromisesRest(): Promise<void> {
	for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
