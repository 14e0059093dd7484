import type { Terminal } from '../../terminal.ts';
import type { Table } from './blocks.ts';
import { measure, paintWords, readWords, type Word, wrapWords } from './inline.ts';

/** Between two columns. */
const gap = '   ';

/** A column is not made narrower. */
const leastWidth = 8;

type Line = readonly Word[];
type Row = readonly (readonly Line[])[];

/** The table's lines; where it is wider than `width`, the texts of the widest columns are wrapped. */
export function renderTable(
	terminal: Pick<Terminal, 'color'>,
	{ rows, alignments }: Table,
	width: number,
): readonly string[] {
	const read = rows.map((row) => row.map((cell) => cell.map(readWords)));
	const widths = fitWidths(
		alignments.map((_, index) => Math.max(...read.map((row) => widest(row[index] ?? [])))),
		width,
	);
	const wrapped = read.map((row) =>
		row.map((cell, index) => cell.flatMap((line) => wrapWords(line, widths[index] ?? width))),
	);
	const show = (row: Row): readonly string[] => {
		const height = Math.max(...row.map(({ length }) => length));
		return Array.from({ length: height }, (_, at) => {
			const cells = row.map((lines, index) => {
				const words = lines[at] ?? [];
				const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - measure(words)));
				const text = paintWords(terminal, words);
				return alignments[index] === 'right' ? space + text : text + space;
			});
			return cells.join(gap).trimEnd();
		});
	};
	const [header, ...others] = wrapped.map(show);
	const rule = widths.map((each) => '─'.repeat(each)).join(gap);
	return [...(header ?? []), rule, ...others.flat()];
}

function widest(lines: readonly Line[]): number {
	return Math.max(0, ...lines.map(measure));
}

/** Takes from the widest column until all of them fit, or none can give any more. */
function fitWidths(wanted: readonly number[], width: number): readonly number[] {
	const widths = [...wanted];
	const room = width - gap.length * (widths.length - 1);
	while (widths.reduce((sum, each) => sum + each, 0) > room) {
		const most = Math.max(...widths);
		if (most <= leastWidth) break;
		widths[widths.indexOf(most)] = most - 1;
	}
	return widths;
}
