/** All that the demo starts. It ends as one, whether the story was told, something failed, or a person stopped it. */
export interface Lifetime {
	/** Aborted at the end; the reason is what brought it about. */
	readonly signal: AbortSignal;
	/** Has this undone at the end, the last one first. */
	defer(undo: () => Promise<unknown>): void;
	/** Waits for this at the end. Should it fail before, that is the end. */
	attend(task: Promise<unknown>): void;
	/** Undoes everything, and only then throws what an undoing threw. */
	end(): Promise<void>;
}

export function createLifetime(stop: AbortSignal): Lifetime {
	const over = new AbortController();
	const undoings: (() => Promise<unknown>)[] = [];
	return {
		signal: AbortSignal.any([stop, over.signal]),
		defer(undo) {
			undoings.push(undo);
		},
		attend(task) {
			const attended = task.catch((error: unknown) => over.abort(error));
			undoings.push(() => attended);
		},
		async end() {
			over.abort();
			const failures: unknown[] = [];
			for (const undo of undoings.reverse()) await undo().catch((error: unknown) => failures.push(error));
			if (failures.length > 0) throw new AggregateError(failures, 'the demo left something behind');
		},
	};
}
