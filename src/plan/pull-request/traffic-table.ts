// From where to where, and why: what a person looks at second.
import { sanitizeName, sanitizeSentence } from './sanitize.ts';
import { type BackendMove, formatPercent, type TrafficMove, unique } from './traffic-moves.ts';
import { count, countTargets, firstLines, listNames, nameTargets } from './wording.ts';

/** What is seen of a backend is short; a cell with more makes a phone scroll. */
const cellLength = 120;

/** Names longer than this break a phone's columns; the evidence and the diff have all of them. */
const cellNameLength = 64;

/** How many rows a table above the fold has. */
const summaryRows = 6;

/** The table of one policy's backends: at most `limit` rows. */
export function writeBackendTable({ backends, crosses }: TrafficMove, limit: number): string {
	const rows = backends.map((backend) => {
		const { service, cluster, from, to } = backend;
		const name = `${cellName(service)}${crosses ? `<br>${cellName(cluster)}` : ''}`;
		const after = from === to ? formatPercent(to) : `**${formatPercent(to)}**`;
		return `| ${name} | ${formatPercent(from)} | ${after} | ${whyOf(backend)} |`;
	});
	const { shown, rest } = firstLines(rows, limit, 'backend');
	const written =
		shown.length === 0 ? [] : [`| backend | from | to | why |\n|:--|--:|--:|:--|\n${shown.join('\n')}`];
	return [...written, ...(rest === undefined ? [] : [`And ${rest}.`])].join('\n\n');
}

/** The table of many policies: which way how many go. */
export function writeSummaryTable(moves: readonly TrafficMove[], limit: number): string {
	const size = Math.min(limit, summaryRows);
	const ways = [...Map.groupBy(moves, keyOfWay).values()].sort((a, b) => b.length - a.length);
	const rows = ways
		.slice(0, size)
		.map((alike) => `| ${alike.slice(0, 1).map(wayOf).join('')} | ${alike.length} | ${whyOfMany(alike)} |`);
	const rest = ways.slice(size).flatMap((alike) => alike.map(({ change }) => change));
	const written =
		rows.length === 0 ? [] : [`| from | to | count | why |\n|:--|:--|--:|:--|\n${rows.join('\n')}`];
	return [...written, ...(rest.length === 0 ? [] : [`And ${countTargets(rest)} other ways.`])].join('\n\n');
}

/** One row for each policy's target, at most `limit`: two columns, as names are long. */
export function writeTargetTable(moves: readonly TrafficMove[], limit: number): string {
	const clusters = unique(moves.map(({ change }) => change.target.cluster));
	// What is not shown needs no text: there may be thousands.
	const rows = moves.slice(0, limit).map((move) => {
		const { target, shift } = move.change;
		const where = clusters.length > 1 ? `${cellName(target.cluster)} ` : '';
		const way = `${formatPercent(move.moved)}: ${namesOf(move.losing)} → ${namesOf(move.gaining)}`;
		const culprits = shift.move === 'failover' ? move.losing : move.gaining;
		const why = culprits.slice(0, 1).map(whyOf).join('');
		return `| ${where}${sanitizeName(`${target.namespace}/${target.name}`)}<br>${way} | ${why} |`;
	});
	const rest = moves.slice(rows.length).map(({ change }) => change);
	const noun = nameTargets(moves.map(({ change }) => change));
	const written = rows.length === 0 ? [] : [`| ${noun} | why |\n|:--|:--|\n${rows.join('\n')}`];
	const more = rest.length === 0 ? [] : [`And ${count(rest.length, `more ${noun}`)}: see the diff.`];
	return [...written, ...more].join('\n\n');
}

/** Two moves with the same clusters on each side go the same way. */
function keyOfWay({ losing, gaining, crosses }: TrafficMove): string {
	if (!crosses) return '';
	return JSON.stringify([losing, gaining].map((side) => side.map(({ cluster }) => cluster)));
}

function wayOf({ change, losing, gaining, crosses }: TrafficMove): string {
	if (!crosses) return change.shift.move === 'failover' ? 'primaries | fallbacks' : 'fallbacks | primaries';
	const [from, to] = [losing, gaining].map((side) =>
		listNames(unique(side.map(({ cluster }) => cluster)), 2),
	);
	return `${from} | ${to}`;
}

function namesOf(backends: readonly BackendMove[]): string {
	return listNames(
		backends.map(({ service }) => service),
		2,
	);
}

/** In two lines, so that a phone leaves the names whole. */
function whyOf({ evidence }: BackendMove): string {
	if (evidence === undefined) return '';
	return `${evidence.verdict.toLowerCase()}<br>${sanitizeSentence(evidence.seen, cellLength)}`;
}

/** `28 unhealthy, 2 unknown`. */
function whyOfMany(moves: readonly TrafficMove[]): string {
	const verdicts = moves.flatMap(({ change, losing, gaining }) =>
		(change.shift.move === 'failover' ? losing : gaining)
			.slice(0, 1)
			.map(({ evidence }) => evidence?.verdict),
	);
	const counts = Map.groupBy(verdicts, (verdict) => verdict ?? 'Unknown');
	return [...counts].map(([verdict, all]) => `${all.length} ${verdict.toLowerCase()}`).join(', ');
}

function cellName(name: string): string {
	return sanitizeName(name, cellNameLength);
}
