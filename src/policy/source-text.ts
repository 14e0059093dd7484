import { LineCounter } from 'yaml';
import type { Where } from '../model/problem.ts';

/** A place in a file. */
export type TextPlace = Extract<Where, { kind: 'text' }>;

/** A policy file's text, and where each of its characters stands. */
export interface SourceText {
	readonly file: string;
	readonly text: string;
	/** Line and column (both from 1, columns in UTF-16 units as editors count) of an offset into `text`. */
	at(offset: number): TextPlace;
}

export function openSource(file: string, text: string): SourceText {
	const lines = new LineCounter();
	lines.addNewLine(0);
	for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1);
	return {
		file,
		text,
		at(offset) {
			const { line, col } = lines.linePos(Math.min(offset, text.length));
			return { kind: 'text', file, line, column: col };
		},
	};
}
