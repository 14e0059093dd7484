/** Runs `work` for each item, so many at a time, in order of their starts. Throws the first failure. */
export async function inFlight<Item>(
	limit: number,
	items: Iterable<Item>,
	work: (item: Item) => Promise<unknown>,
): Promise<void> {
	const rest = items[Symbol.iterator]();
	const worker = async (): Promise<void> => {
		for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
	};
	await Promise.all(Array.from({ length: limit }, worker));
}
