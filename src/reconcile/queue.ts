// A keyed work queue: a key waits at most once, runs at most once at a time, and comes back when it asks to.
import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { createAgenda } from './agenda.ts';

export interface KeyedQueue<Key> {
	/** Runs the key as soon as there is room; a key that is running runs once more afterwards. */
	add(key: Key): void;
	/** Runs the key at `at`, unless it is asked for earlier. The earliest time wins. */
	addAt(key: Key, at: Instant): void;
	/** Nothing more is run for this key until it is added again. */
	remove(key: Key): void;
	/** Runs keys until aborted, then waits for those under way. `work` must not throw. */
	run(work: (key: Key) => Promise<void>, signal: AbortSignal): Promise<void>;
}

/**
 * Passes at the same time; per policy, and so per target, it is one. More than the writes that are let through at
 * once, so that urgent ones can go before those that wait.
 */
const concurrency = 256;

/** Starts before sockets and timers get their turn, which passes that wait for nothing would otherwise never leave. */
const turn = 64;

export function createQueue<Key>(clock: Clock): KeyedQueue<Key> {
	const agenda = createAgenda<Key>();
	const running = new Set<Key>();
	let wake = (): void => undefined;

	/** Starts what is due, as far as one turn goes. Returns whether it was a full turn. */
	const startTurn = (work: (key: Key) => Promise<void>): boolean => {
		for (let started = 0; started < turn; started += 1) {
			const key = running.size < concurrency ? agenda.take(clock.now(), running) : undefined;
			if (key === undefined) return false;
			running.add(key);
			void work(key).finally(() => {
				running.delete(key);
				wake();
			});
		}
		return true;
	};

	/** While there is no room, no time matters: only an end of something does. */
	const nextStart = (): Instant | undefined => (running.size < concurrency ? agenda.earliest() : undefined);

	return {
		add(key) {
			agenda.add(key);
			wake();
		},
		addAt(key, at) {
			agenda.addAt(key, at);
			wake();
		},
		remove: agenda.remove,
		async run(work, signal) {
			while (!signal.aborted) {
				if (startTurn(work)) await clock.sleep(0, signal).catch(() => undefined);
				else await waitUntil(clock, nextStart(), signal, (resolve) => (wake = resolve));
			}
			while (running.size > 0) await new Promise<void>((resolve) => (wake = resolve));
		},
	};
}

/** Resolves at `at`, when `onWake`'s callback is called, or on abort, whichever is first; leaves no timer behind. */
async function waitUntil(
	clock: Clock,
	at: Instant | undefined,
	signal: AbortSignal,
	onWake: (wake: () => void) => void,
): Promise<void> {
	const forever: Milliseconds = 2 ** 31 - 1;
	const span = at === undefined ? forever : Math.min(forever, at - clock.now());
	const woken = new AbortController();
	onWake(() => woken.abort());
	await clock.sleep(span, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
}
