import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';

/** Collects what comes within a window and handles it as one. */
export interface Batches<Item, Result> {
	/** Resolves with this item's result once its batch is through. */
	add(item: Item, signal: AbortSignal): Promise<Result>;
}

interface Waiting<Item, Result> {
	readonly item: Item;
	readonly signal: AbortSignal;
	readonly resolve: (result: Result) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * One batch at a time: whatever comes while one is under way joins the next. `handle` returns one result per item,
 * in order; if it throws, every item of the batch fails with that error.
 */
export function createBatches<Item, Result>(
	clock: Clock,
	window: Milliseconds,
	handle: (items: readonly Item[], signal: AbortSignal) => Promise<readonly Result[]>,
): Batches<Item, Result> {
	let waiting: Waiting<Item, Result>[] = [];
	let busy = false;

	const flush = async (signal: AbortSignal): Promise<void> => {
		const batch = waiting;
		try {
			await clock.sleep(window, signal);
			waiting = [];
			const results = await handle(
				batch.map(({ item }) => item),
				signal,
			);
			for (const [index, { resolve, reject }] of batch.entries()) {
				const result = results[index];
				if (result === undefined)
					reject(new Error(`a batch of ${batch.length} gave ${results.length} results`));
				else resolve(result);
			}
		} catch (error) {
			if (waiting === batch) waiting = [];
			for (const { reject } of batch) reject(error);
		}
	};

	const drain = async (): Promise<void> => {
		busy = true;
		for (let [first] = waiting; first !== undefined; [first] = waiting) await flush(first.signal);
		busy = false;
	};

	return {
		add(item, signal) {
			return new Promise((resolve, reject) => {
				waiting.push({ item, signal, resolve, reject });
				if (!busy) void drain();
			});
		},
	};
}
