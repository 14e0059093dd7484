// A keyed work queue: a key waits at most once, runs at most once at a time, and comes back when it asks to.
import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { createAgenda } from './agenda.ts';
import { createWakeUp } from './wake-up.ts';

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
 * Passes at the same time; per policy, and so per target, it is one. As many as there can be policies: writes to
 * clusters are bounded by themselves, and what fails together is to share one commit.
 */
const concurrency = 10_000;

/** Starts before sockets and timers get their turn, which passes that wait for nothing would otherwise never leave. */
const turn = 64;

/** How long the starts of one turn may take, far below the 50 ms that nothing may hold the process up for. */
const turnSpan: Milliseconds = 8;

export function createQueue<Key>(clock: Clock): KeyedQueue<Key> {
	const agenda = createAgenda<Key>();
	const running = new Set<Key>();
	/** Running, and asked for again. */
	const again = new Set<Key>();
	const wakeUp = createWakeUp(clock);

	const start = (key: Key, work: (key: Key) => Promise<void>): void => {
		running.add(key);
		void work(key).finally(() => {
			running.delete(key);
			if (again.delete(key)) agenda.add(key);
			wakeUp.ring();
		});
	};

	/** Starts what is due, as far as one turn goes. Returns whether more may be due. */
	const startTurn = (work: (key: Key) => Promise<void>): boolean => {
		const end = clock.now() + turnSpan;
		for (let started = 0; started < turn && clock.now() < end; ) {
			const key = running.size < concurrency ? agenda.take(clock.now()) : undefined;
			if (key === undefined) return false;
			if (running.has(key)) {
				again.add(key);
				continue;
			}
			start(key, work);
			started += 1;
		}
		return true;
	};

	/** While there is no room, no time matters: only an end of something does. */
	const untilNext = (): Milliseconds | undefined => {
		const at = running.size < concurrency ? agenda.earliest() : undefined;
		return at === undefined ? undefined : Math.max(0, at - clock.now());
	};

	return {
		add(key) {
			agenda.add(key);
			wakeUp.ring();
		},
		addAt(key, at) {
			agenda.addAt(key, at);
			wakeUp.ring();
		},
		remove(key) {
			agenda.remove(key);
			again.delete(key);
		},
		async run(work, signal) {
			while (!signal.aborted) {
				if (startTurn(work)) await clock.sleep(0, signal).catch(() => undefined);
				else await wakeUp.wait(untilNext(), signal);
			}
			const { signal: never } = new AbortController();
			while (running.size > 0) await wakeUp.wait(undefined, never);
		},
	};
}
