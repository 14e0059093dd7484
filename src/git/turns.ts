/** Lets one piece of work run at a time, in the order asked for. */
export type TakeTurn = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** An aborted signal gives up waiting; it does not stop work that has begun. */
export function createTurns(): TakeTurn {
	let last: Promise<void> = Promise.resolve();
	return async (work, signal) => {
		const before = last;
		const mine = Promise.withResolvers<void>();
		last = mine.promise;
		try {
			await waitUnlessAborted(before, signal);
			return await work();
		} finally {
			void before.then(mine.resolve);
		}
	};
}

function waitUnlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
		void turn.then(() => {
			signal.removeEventListener('abort', abort);
			resolve();
		});
	});
}
