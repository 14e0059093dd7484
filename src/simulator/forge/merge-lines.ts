/** The lines of `base` from `start` to before `end` give way to others. */
interface Hunk {
	readonly start: number;
	readonly end: number;
	readonly lines: readonly string[];
}

/**
 * A text with what both sides changed of it; `undefined` where that touches the same lines or neighbours, as git has
 * it. All that a side changed counts as one stretch: where git sees a conflict this does, and at times where git does
 * not.
 */
export function mergeLines(base: string, ours: string, theirs: string): string | undefined {
	if (ours === theirs || base === theirs) return ours;
	if (base === ours) return theirs;
	const lines = splitLines(base);
	const hunks = [findHunk(lines, splitLines(ours)), findHunk(lines, splitLines(theirs))];
	const [first, second] = hunks.sort((a, b) => a.start - b.start || a.end - b.end);
	if (first === undefined || second === undefined || first.end >= second.start) return undefined;
	const between = lines.slice(first.end, second.start);
	const parts = [lines.slice(0, first.start), first.lines, between, second.lines, lines.slice(second.end)];
	return parts.flat().join('');
}

/** What one text has in place of another's, between the lines that both begin and end with. */
export function findHunk(before: readonly string[], after: readonly string[]): Hunk {
	const shorter = Math.min(before.length, after.length);
	let start = 0;
	while (start < shorter && before[start] === after[start]) start += 1;
	let same = 0;
	while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
	return { start, end: before.length - same, lines: after.slice(start, after.length - same) };
}

/** Lines with their ends. */
export function splitLines(text: string): readonly string[] {
	return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
