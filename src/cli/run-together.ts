/** Something that goes on until it is aborted. */
export type Task = (signal: AbortSignal) => Promise<void>;

/** Runs every task until aborted; one that fails ends the others, and its error is thrown once they have ended. */
export async function runTogether(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
	const failure = new AbortController();
	const life = AbortSignal.any([signal, failure.signal]);
	const ends = await Promise.allSettled(
		tasks.map(async (task) => {
			try {
				await task(life);
			} catch (error) {
				failure.abort(error);
				throw error;
			}
		}),
	);
	for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
