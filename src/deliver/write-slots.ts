import type { Change } from '../model/change.ts';
import type { Delivery } from '../model/ports/delivery.ts';

export interface BoundedDelivery<Kind extends Change> extends Delivery<Kind> {
	/** Whether any delivery is under way. */
	isBusy(): boolean;
}

/**
 * At most `limit` deliveries at once. What leaves a failed backend goes before what returns to a better one, so that
 * a storm of returns never makes a dead backend wait.
 */
export function boundWrites<Kind extends Change>(
	delivery: Delivery<Kind>,
	limit: number,
): BoundedDelivery<Kind> {
	const slots = createSlots(limit);
	return {
		isBusy: slots.isTaken,
		async deliver(change, signal) {
			await slots.acquire(change.shift.move === 'failover' ? 'urgent' : 'calm', signal);
			try {
				return await delivery.deliver(change, signal);
			} finally {
				slots.release();
			}
		},
	};
}

type Lane = 'urgent' | 'calm';

interface Slots {
	/** Rejects with the signal's reason when that is aborted first. */
	acquire(lane: Lane, signal: AbortSignal): Promise<void>;
	release(): void;
	/** Whether any slot is. */
	isTaken(): boolean;
}

function createSlots(limit: number): Slots {
	const waiting = { urgent: new Set<() => void>(), calm: new Set<() => void>() };
	let free = limit;

	const enter = (lane: Lane, signal: AbortSignal): Promise<void> =>
		new Promise((resolve, reject) => {
			const start = (): void => {
				signal.removeEventListener('abort', leave);
				resolve();
			};
			const leave = (): void => {
				waiting[lane].delete(start);
				reject(signal.reason);
			};
			waiting[lane].add(start);
			signal.addEventListener('abort', leave, { once: true });
		});

	return {
		isTaken: () => free < limit,
		async acquire(lane, signal) {
			signal.throwIfAborted();
			if (free === 0) return await enter(lane, signal);
			free -= 1;
		},
		release() {
			const lane = waiting.urgent.size > 0 ? waiting.urgent : waiting.calm;
			const [next] = lane;
			if (next === undefined) {
				free += 1;
				return;
			}
			lane.delete(next);
			next();
		},
	};
}
