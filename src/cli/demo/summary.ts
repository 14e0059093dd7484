import { calmHold } from '../../deliver/calm-window.ts';
import { formatDuration, type Milliseconds } from '../../model/time.ts';
import type { Measurement } from './story.ts';
import { formatSeconds, type Timeline } from './timeline.ts';

/** The measured times as a table that fits into 80 columns. */
export function summarize(timeline: Timeline, measurements: readonly Measurement[]): void {
	timeline.heading('Measured from the scale command');
	const header = formatRow('', ['decided', 'asked', 'on main', 'live', 'synced', 'main to live']);
	const rows = measurements.map(({ via, move, decided, asked, pushed, live, synced }) => {
		const delivery = pushed === undefined ? undefined : live - pushed;
		const cells = [decided, asked, pushed, live, synced, delivery].map(formatCell);
		return formatRow(`${via.padEnd(11)}  ${move}`, cells);
	});
	timeline.output([header, ...rows].join('\n'));
	const hold = formatDuration(calmHold);
	timeline.output(`A failback waits for failback.after, then up to ${hold} more for others.`);
}

function formatCell(span: Milliseconds | undefined): string {
	return span === undefined ? '–' : formatSeconds(span);
}

function formatRow(name: string, cells: readonly string[]): string {
	const last = cells.length - 1;
	return name.padEnd(21) + cells.map((cell, index) => cell.padStart(index < last ? 8 : 14)).join('');
}
