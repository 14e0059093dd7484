// Asks a tool to look at the branch until it has a commit, a few times at most.
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';

/** Something that many may wait for. */
export interface Pulse {
	ring(): void;
	/** Resolves at the next ring. */
	next(): Promise<void>;
}

export function createPulse(): Pulse {
	let current = Promise.withResolvers<void>();
	return {
		ring() {
			current.resolve();
			current = Promise.withResolvers();
		},
		next: () => current.promise,
	};
}

/** A Git server's mirror may be behind: the tool is asked again after each of these. */
const waits: readonly Milliseconds[] = [2_000, 5_000, 10_000];

/** How long to go on looking after that; by then the tool's own interval does as much. */
const lastWait: Milliseconds = 60_000;

export interface Quarry {
	/** Whether it has the commit by now. */
	readonly has: (signal: AbortSignal) => Promise<boolean>;
	/** False where there is no use in asking again. */
	readonly ask: (signal: AbortSignal) => Promise<boolean>;
}

/** Whether the tool was seen to have the commit in the end. Throws the signal's reason once aborted. */
export async function chase(
	clock: Clock,
	pulse: Pulse,
	quarry: Quarry,
	signal: AbortSignal,
): Promise<boolean> {
	if (await quarry.has(signal)) return true;
	let useful = await quarry.ask(signal);
	for (const wait of waits) {
		if (await waitUntil({ clock, pulse, holds: quarry.has, span: wait }, signal)) return true;
		useful = useful && (await quarry.ask(signal));
	}
	return await waitUntil({ clock, pulse, holds: quarry.has, span: lastWait }, signal);
}

export interface Waiting {
	readonly clock: Clock;
	readonly pulse: Pulse;
	readonly holds: (signal: AbortSignal) => Promise<boolean>;
	readonly span: Milliseconds;
}

/** Looks at each ring whether it holds, for this long. */
export async function waitUntil(
	{ clock, pulse, holds, span }: Waiting,
	signal: AbortSignal,
): Promise<boolean> {
	const deadline = clock.now() + span;
	for (;;) {
		const rung = pulse.next();
		if (await holds(signal)) return true;
		if (clock.now() >= deadline) return false;
		const over = new AbortController();
		const timer = clock.sleep(deadline - clock.now(), AbortSignal.any([signal, over.signal]));
		await Promise.race([rung, timer]);
		over.abort();
		await timer.catch(() => undefined);
		signal.throwIfAborted();
	}
}
