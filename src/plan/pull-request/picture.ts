// The traffic before and after, as a Mermaid picture. Small enough to be read on a phone: the rest is counted.
import { sanitizeLabel } from './sanitize.ts';
import { type BackendMove, formatShare, type TrafficMove } from './traffic-moves.ts';
import { nameTargets } from './wording.ts';

const drawnTargets = 4;
const drawnBackends = 8;

/** A fenced block: each apex, its backends, and their shares before → after on the arrows between. */
export function drawTraffic(moves: readonly TrafficMove[]): string {
	const drawn = moves.slice(0, drawnTargets);
	const room = Math.floor(drawnBackends / Math.max(1, drawn.length));
	const rest = moves.length - drawn.length;
	const noun = nameTargets(moves.map(({ change }) => change));
	const lines = [
		'flowchart LR',
		...drawn.flatMap((move, index) => drawMove(move, `s${index}`, room)),
		...(rest === 0 ? [] : [`rest["and ${rest} more ${noun}${rest === 1 ? '' : 's'}"]`]),
	];
	return ['```mermaid', ...lines.map((line, index) => (index === 0 ? line : `  ${line}`)), '```'].join('\n');
}

function drawMove(move: TrafficMove, id: string, room: number): readonly string[] {
	// Those that take part come first: of 32 backends, two may.
	const backends = [...move.backends].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, room);
	const shown = move.backends.filter((backend) => backends.includes(backend));
	const rest = move.backends.length - shown.length;
	return [
		`${id}["${sanitizeLabel(move.service)}<br>in ${sanitizeLabel(move.change.target.namespace)}"]`,
		...shown.map((backend, index) => drawBackend(backend, move, { id, index })),
		...(rest === 0 ? [] : [`${id} --- ${id}more["and ${rest} more"]`]),
	];
}

function weightOf({ from, to }: BackendMove): number {
	return Math.max(from, to) + Math.abs(to - from);
}

function drawBackend(
	{ service, cluster, from, to }: BackendMove,
	{ crosses }: TrafficMove,
	{ id, index }: { readonly id: string; readonly index: number },
): string {
	const where = crosses ? `<br>in ${sanitizeLabel(cluster)}` : '';
	const share = from === to ? `${formatShare(to)}%` : `${formatShare(from)} → ${formatShare(to)}%`;
	return `${id} ${arrow(share, from, to)} ${id}b${index}["${sanitizeLabel(service)}${where}"]`;
}

/** Thick for what gains, dotted for what loses. */
function arrow(share: string, from: number, to: number): string {
	if (to > from) return `== "${share}" ==>`;
	return to < from ? `-. "${share}" .->` : `-- "${share}" -->`;
}
