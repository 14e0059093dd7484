/** The most that Azure DevOps takes of a pull request's text, in UTF-16 units. */
export const bodyLimit = 4_000;

const ellipsis = '…';

/**
 * A text that Azure takes: what is too long loses lines from its end, but none that holds a mark (an HTML comment), by
 * which whoever wrote it finds their own again; and no block of code is cut in two. `undefined` where the marks alone
 * are too long.
 */
export function fitBody(body: string): string | undefined {
	if (body.length <= bodyLimit) return body;
	const lines = body.split('\n');
	const blocks = findBlocks(lines);
	const isMark = lines.map((line, index) => blocks[index] === undefined && /<!--.*-->/.test(line));
	let room = bodyLimit - ellipsis.length - 1;
	for (const [index, line] of lines.entries()) if (isMark[index]) room -= line.length + 1;
	if (room < 0) return undefined;
	const end = findEnd(lines, (index) => isMark[index] === true, room);
	const start = blocks[end] ?? end;
	const rest = lines.filter((_, index) => index >= start && isMark[index]);
	return [...lines.slice(0, start), ellipsis, ...rest].join('\n');
}

/** The first line that has no room any more. */
function findEnd(lines: readonly string[], isMark: (index: number) => boolean, room: number): number {
	let left = room;
	return lines.findIndex((line, index) => {
		if (!isMark(index)) left -= line.length + 1;
		return left < 0;
	});
}

/** For each line the line at which the block of code began that it is in. */
function findBlocks(lines: readonly string[]): readonly (number | undefined)[] {
	let start: number | undefined;
	let fence = '';
	return lines.map((line, index) => {
		const [, found = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
		if (start === undefined) {
			if (found === '') return undefined;
			[start, fence] = [index, found];
			return start;
		}
		const block = start;
		if (found.startsWith(fence) && found !== '') start = undefined;
		return block;
	});
}
