/** What ends with a part of a bench, in place of a test. */
export interface Owner {
	/** Called at the end, the last one first, whatever becomes of the others. */
	teardown(end: () => unknown): void;
	/** Throws what failed first. */
	end(): Promise<void>;
}

export function createOwner(): Owner {
	const ends: (() => unknown)[] = [];
	return {
		teardown(end) {
			ends.push(end);
		},
		async end() {
			const failures: unknown[] = [];
			for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
				try {
					await end();
				} catch (error) {
					failures.push(error);
				}
			}
			if (failures.length > 0) throw failures[0];
		},
	};
}
