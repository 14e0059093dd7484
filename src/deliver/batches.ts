import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** Collects what comes within a window and handles it as one, as often as it takes. */
export interface Batches<Item, Result> {
	/** Resolves with this item's result once a batch with it is through. */
	add(item: Item, signal: AbortSignal): Promise<Result>;
}

export interface BatchRules<Item, Result> {
	/** How long the first of a batch waits for others. */
	readonly window: Milliseconds;
	/** While others keep coming within this span of each other, the batch stays open, */
	readonly lull: Milliseconds;
	/** and at most this long. */
	readonly longestWindow: Milliseconds;
	/** What a new batch waits beyond that, so that others have their turn. */
	courtesy(): Milliseconds;
	/** One try. One result for each item, in order; `undefined` for what is to be tried again. */
	handle(items: readonly Item[], signal: AbortSignal): Promise<readonly (Result | undefined)[]>;
	/** The wait before the next try, after so many in a row that left something to be tried again. */
	pause(tries: number): Milliseconds;
	/** The result of an item that was tried this often, for this long since it came; `undefined`: try on. */
	giveUp(item: Item, tries: number, span: Milliseconds): Result | undefined;
}

interface Waiting<Item, Result> {
	readonly item: Item;
	readonly signal: AbortSignal;
	readonly since: number;
	readonly tries: number;
	readonly resolve: (result: Result) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * One try at a time. Whatever comes meanwhile joins the next one, and a pause between two tries ends early for it: what
 * is new is not made to wait for what has bad luck. If `handle` throws, every item of the try fails with that error.
 */
export function createBatches<Item, Result>(
	clock: Clock,
	rules: BatchRules<Item, Result>,
): Batches<Item, Result> {
	const queue: Queue<Item, Result> = {
		clock,
		rules,
		waiting: [],
		busy: false,
		fruitless: 0,
		news: new AbortController(),
		cameAt: clock.now(),
	};
	return {
		add(item, signal) {
			return new Promise((resolve, reject) => {
				queue.cameAt = clock.now();
				queue.waiting.push({ item, signal, since: queue.cameAt, tries: 0, resolve, reject });
				queue.news.abort();
				if (!queue.busy) void drain(queue);
			});
		},
	};
}

interface Queue<Item, Result> {
	readonly clock: Clock;
	readonly rules: BatchRules<Item, Result>;
	waiting: Waiting<Item, Result>[];
	busy: boolean;
	/** Tries in a row that left something to be tried again. */
	fruitless: number;
	/** Aborted when something new comes, which it did last then. */
	news: AbortController;
	cameAt: Instant;
}

async function drain<Item, Result>(queue: Queue<Item, Result>): Promise<void> {
	queue.busy = true;
	for (let [first] = queue.waiting; first !== undefined; [first] = queue.waiting) {
		let batch = queue.waiting;
		try {
			await gather(queue, first.signal);
			batch = queue.waiting;
			queue.waiting = [];
			await attempt(queue, batch, first.signal);
		} catch (error) {
			if (queue.waiting === batch) queue.waiting = [];
			queue.fruitless = 0;
			for (const { reject } of batch) reject(error);
		}
	}
	queue.fruitless = 0;
	queue.busy = false;
}

/** Lets others join: within the window of what is new, and during the pause of what was tried before. */
async function gather<Item, Result>(queue: Queue<Item, Result>, signal: AbortSignal): Promise<void> {
	const { clock, rules } = queue;
	const isNew = (): boolean => queue.waiting.some(({ tries }) => tries === 0);
	if (!isNew()) {
		queue.news = new AbortController();
		const until = AbortSignal.any([signal, queue.news.signal]);
		await clock.sleep(rules.pause(queue.fruitless), until).catch(() => signal.throwIfAborted());
	}
	if (!isNew()) return;
	const end = clock.now() + rules.longestWindow;
	await clock.sleep(rules.window + rules.courtesy(), signal);
	for (;;) {
		const quiet = Math.min(queue.cameAt + rules.lull, end) - clock.now();
		if (quiet <= 0) return;
		await clock.sleep(quiet, signal);
	}
}

async function attempt<Item, Result>(
	queue: Queue<Item, Result>,
	batch: readonly Waiting<Item, Result>[],
	signal: AbortSignal,
): Promise<void> {
	const { clock, rules } = queue;
	const results = await rules.handle(
		batch.map(({ item }) => item),
		signal,
	);
	queue.fruitless = results.includes(undefined) ? queue.fruitless + 1 : 0;
	for (const [index, entry] of batch.entries()) {
		if (index >= results.length) {
			entry.reject(new Error(`a batch of ${batch.length} gave ${results.length} results`));
			continue;
		}
		const tries = entry.tries + 1;
		const end = results[index] ?? rules.giveUp(entry.item, tries, clock.now() - entry.since);
		if (end === undefined) queue.waiting.push({ ...entry, tries });
		else entry.resolve(end);
	}
}
