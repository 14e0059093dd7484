import type { Clock } from './ports/clock.ts';
import { formatDuration, type Milliseconds } from './time.ts';

/** What `withinDeadline` throws once the time is over. */
export class DeadlineError extends Error {
	override readonly name = 'DeadlineError';
}

/** Ends a call that takes longer than `span`, by its signal. Throws what the call throws, or a DeadlineError. */
export async function withinDeadline<T>(
	clock: Clock,
	span: Milliseconds,
	signal: AbortSignal,
	call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const over = new AbortController();
	const late = new AbortController();
	const timer = clock.sleep(span, over.signal).then(
		() => late.abort(new DeadlineError(`no answer within ${formatDuration(span)}`)),
		() => undefined,
	);
	const bounded = AbortSignal.any([signal, late.signal]);
	const aborted = new Promise<never>((_, reject) => {
		bounded.addEventListener('abort', () => reject(bounded.reason), { once: true });
	});
	try {
		bounded.throwIfAborted();
		return await Promise.race([call(bounded), aborted]);
	} finally {
		over.abort();
		await timer;
	}
}
