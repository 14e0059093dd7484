import type { Clock } from '../../model/ports/clock.ts';
import type { Instant } from '../../model/time.ts';

/** When each key is due, and a loop that handles those that are, a few at once and each one at a time. */
export interface Schedule<Key> {
	/** Brings a key forward; it is never put off by this. */
	at(key: Key, due: Instant): void;
	/** Puts a key where it is told, whatever was said before, unless it is being handled. */
	move(key: Key, due: Instant): void;
	dueAt(key: Key): Instant | undefined;
	/** Runs until aborted, then ends what is under way. What `handle` throws ends it. */
	run(handle: (key: Key, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export function createSchedule<Key>(clock: Clock, width: number): Schedule<Key> {
	const due = new Map<Key, Instant>();
	const busy = new Map<Key, Promise<void>>();
	let news = new AbortController();

	const put = (key: Key, at: Instant): void => {
		due.set(key, at);
		news.abort();
	};
	const earliest = (): Instant | undefined => {
		const open = [...due].filter(([key]) => !busy.has(key)).map(([, at]) => at);
		return open.length === 0 || busy.size >= width ? undefined : Math.min(...open);
	};
	const sleep = async (until: Instant | undefined, signal: AbortSignal): Promise<void> => {
		news = new AbortController();
		const woken = AbortSignal.any([signal, news.signal]);
		if (until !== undefined)
			return await clock.sleep(Math.max(0, until - clock.now()), woken).catch(() => undefined);
		await new Promise<void>((resolve) => woken.addEventListener('abort', () => resolve(), { once: true }));
	};

	return {
		at(key, at) {
			if (at < (due.get(key) ?? Number.POSITIVE_INFINITY)) put(key, at);
		},
		move: put,
		dueAt: (key) => due.get(key),
		async run(handle, signal) {
			let failure: { readonly error: unknown } | undefined;
			while (!signal.aborted && failure === undefined) {
				const next = earliest();
				if (next === undefined || next > clock.now()) {
					await sleep(next, signal);
					continue;
				}
				const key = [...due].find(([each, at]) => at === next && !busy.has(each))?.[0];
				if (key === undefined) continue;
				due.delete(key);
				const work = handle(key, signal)
					.catch((error: unknown) => {
						if (!signal.aborted) failure = { error };
					})
					.finally(() => {
						busy.delete(key);
						news.abort();
					});
				busy.set(key, work);
			}
			await Promise.all(busy.values());
			if (failure !== undefined) throw failure.error;
		},
	};
}
