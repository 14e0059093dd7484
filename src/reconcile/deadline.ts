import type { Clock } from '../model/ports/clock.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';

/** Ends a call that takes longer than `span`, by its signal. Throws what the call throws, or that it took too long. */
export async function withinDeadline<T>(
	clock: Clock,
	span: Milliseconds,
	signal: AbortSignal,
	call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const over = new AbortController();
	const late = new AbortController();
	const timer = clock.sleep(span, over.signal).then(
		() => late.abort(new Error(`no answer within ${formatDuration(span)}`)),
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
