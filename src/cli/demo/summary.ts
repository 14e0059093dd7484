import type { Milliseconds } from '../../model/time.ts';
import type { Measurement } from './story.ts';
import { formatSeconds, type Timeline } from './timeline.ts';

/** The measured times as a table. */
export function summarize(timeline: Timeline, measurements: readonly Measurement[]): void {
	timeline.heading('Measured (a failback includes the wait that failback.after asks for)');
	timeline.line(formatRow('', ['scale to commit', 'scale to live', 'commit to live']), 'dim');
	for (const { via, move, pushed, live } of measurements) {
		const synced = pushed === undefined ? undefined : live - pushed;
		timeline.line(formatRow(`${via}  ${move}`, [pushed, live, synced].map(formatCell)));
	}
}

function formatCell(span: Milliseconds | undefined): string {
	return span === undefined ? '–' : formatSeconds(span);
}

function formatRow(name: string, cells: readonly string[]): string {
	return name.padEnd(16) + cells.map((cell) => cell.padStart(17)).join('');
}
