import { countBytes } from '../../plan/pull-request/kept-text.ts';

/** The first lines, as many as there is room for: `most` of them, and no more than `bytes`. */
export function takeLines(lines: readonly string[], most: number, bytes: number): readonly string[] {
	const taken: string[] = [];
	let left = bytes;
	for (const line of lines.slice(0, most)) {
		left -= countBytes(line) + 1;
		if (left < 0) break;
		taken.push(line);
	}
	return taken;
}
