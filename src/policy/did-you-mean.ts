/** How many edits a slip of the pen may take. */
const maxEdits = 2;

/** The candidate that was probably meant, `undefined` when none is near. Case does not count. */
export function suggestName(written: string, candidates: readonly string[]): string | undefined {
	const ranked = candidates
		.map((candidate) => ({ candidate, edits: countEdits(written.toLowerCase(), candidate.toLowerCase()) }))
		.filter(({ candidate, edits }) => edits <= Math.min(maxEdits, Math.floor(candidate.length / 2)))
		.sort((a, b) => a.edits - b.edits);
	return ranked[0]?.candidate;
}

/** The remedy that names the candidate probably meant. */
export function adviseName(written: string, candidates: readonly string[]): string | undefined {
	const near = suggestName(written, candidates);
	return near === undefined ? undefined : `did you mean ${near}?`;
}

/** Levenshtein's distance; texts whose lengths alone differ by more than `maxEdits` are not compared. */
export function countEdits(a: string, b: string): number {
	if (Math.abs(a.length - b.length) > maxEdits) return Number.POSITIVE_INFINITY;
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (const [row, letter] of [...a].entries()) {
		const current = [row + 1];
		for (let column = 1; column <= b.length; column += 1) {
			const replaced = (previous[column - 1] ?? 0) + (b[column - 1] === letter ? 0 : 1);
			current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[b.length] ?? 0;
}
