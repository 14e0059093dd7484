import type { Change } from '../model/change.ts';
import type { Delivery } from '../model/ports/delivery.ts';

export interface BoundedDelivery<Kind extends Change> extends Delivery<Kind> {
	/** Whether any delivery is under way. */
	isBusy(): boolean;
}

/** How many deliveries there may be at once. */
export interface WriteBounds {
	/** After a rest. Connections are made one by one: all at once, their handshakes would hold up the first writes. */
	readonly first: number;
	/** One more is let through with each that has ended, up to this. */
	readonly most: number;
}

/**
 * Bounds the deliveries at once. What leaves a failed backend goes before what returns to a better one, so that a
 * storm of returns never makes a dead backend wait.
 */
export function boundWrites<Kind extends Change>(
	delivery: Delivery<Kind>,
	bounds: WriteBounds,
): BoundedDelivery<Kind> {
	const slots = createSlots(bounds);
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

function createSlots({ first, most }: WriteBounds): Slots {
	const waiting = { urgent: new Set<() => void>(), calm: new Set<() => void>() };
	let open = first;
	let taken = 0;

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

	const startNext = (): boolean => {
		const lane = waiting.urgent.size > 0 ? waiting.urgent : waiting.calm;
		const [next] = lane;
		if (next === undefined) return false;
		lane.delete(next);
		taken += 1;
		next();
		return true;
	};

	return {
		isTaken: () => taken > 0,
		async acquire(lane, signal) {
			signal.throwIfAborted();
			if (taken >= open) return await enter(lane, signal);
			taken += 1;
		},
		release() {
			taken -= 1;
			open = Math.min(most, open + 1);
			while (taken < open && startNext());
			if (taken === 0) open = first;
		},
	};
}
