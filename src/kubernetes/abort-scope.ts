/** The reason of a scope that ended as it should; made once, as every request ends one. */
const over = new Error('the work of this scope is done');

/**
 * Runs `run` with a controller that aborts when `parent` does, and always once `run` is done, so that whatever
 * it started ends with it. Leaves no listener on `parent`.
 */
export async function withAbortScope<T>(
	parent: AbortSignal,
	run: (scope: AbortController) => Promise<T>,
): Promise<T> {
	parent.throwIfAborted();
	const scope = new AbortController();
	const follow = () => scope.abort(parent.reason);
	parent.addEventListener('abort', follow, { once: true });
	try {
		return await run(scope);
	} finally {
		parent.removeEventListener('abort', follow);
		scope.abort(over);
	}
}

/** Settles as `work` does, or rejects as soon as `signal` is aborted, for work that cannot be cancelled. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
	});
}
