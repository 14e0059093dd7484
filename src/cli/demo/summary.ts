import { calmHold } from '../../deliver/calm-window.ts';
import { formatDuration, type Milliseconds } from '../../model/time.ts';
import type { Measurement } from './story.ts';
import { formatSeconds, type Timeline } from './timeline.ts';

/** The measured times as a table that fits into 80 columns. */
export function summarize(timeline: Timeline, measurements: readonly Measurement[]): void {
	timeline.heading('Measured from the scale command');
	timeline.line(formatRow('', ['decided', 'pushed', 'live', 'synced', 'push to live']), 'dim');
	for (const { via, move, decided, pushed, live, synced } of measurements) {
		const delivery = pushed === undefined ? undefined : live - pushed;
		const cells = [decided, pushed, live, synced, delivery].map(formatCell);
		timeline.line(formatRow(`${via}  ${move}`, cells));
	}
	const hold = formatDuration(calmHold);
	timeline.line(`A failback waits for failback.after, its commit ${hold} more for others.`, 'dim');
}

function formatCell(span: Milliseconds | undefined): string {
	return span === undefined ? '–' : formatSeconds(span);
}

function formatRow(name: string, cells: readonly string[]): string {
	const last = cells.length - 1;
	return name.padEnd(16) + cells.map((cell, index) => cell.padStart(index < last ? 9 : 15)).join('');
}
