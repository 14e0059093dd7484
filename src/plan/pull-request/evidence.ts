// What was seen, measured against what, since when.
import type { BackendEvidence } from '../../model/pull-request.ts';
import { renderReason } from '../../model/reason.ts';
import type { Instant } from '../../model/time.ts';
import { formatInstant, relateTo } from './instants.ts';
import { sanitizeName, sanitizeSentence } from './sanitize.ts';
import type { BackendMove, TrafficMove } from './traffic-moves.ts';
import { bullets, count, firstLines, listNames } from './wording.ts';

/** Reasons of one decision that are quoted. */
const quotedReasons = 6;

/** All backends of one policy, at most `limit`, and the reasons as the log has them. */
export function writeEvidence(move: TrafficMove, limit: number): string {
	const { change } = move;
	const { shown, rest } = firstLines(
		move.backends.map((backend) => describeBackend(backend, change.decidedAt)),
		limit,
		'backend',
	);
	const reasons = change.shift.reasons.slice(0, Math.min(limit, quotedReasons)).map(renderReason);
	const { episode } = change.shift;
	return [
		bullets([...shown, ...(rest === undefined ? [] : [`and ${rest}`])]),
		...(reasons.length === 0
			? []
			: [`As the log has it:\n\n${bullets(reasons.map((reason) => sanitizeSentence(reason)))}`]),
		`Decided at ${formatInstant(change.decidedAt)}. Episode ${sanitizeName(episode.id)}, since ${formatInstant(episode.since)}.`,
	].join('\n\n');
}

/** What many policies move for: backends of which the same was seen share a line. */
export function writeGroupEvidence(moves: readonly TrafficMove[], limit: number): string {
	const alike = Map.groupBy(moves.flatMap(readCulprits), ({ verdict, seen, threshold }) =>
		[verdict, seen, threshold].join('\0'),
	);
	const kinds = [...alike.values()].sort((a, b) => b.length - a.length);
	const rest = kinds.slice(limit).reduce((sum, { length }) => sum + length, 0);
	return [
		bullets([
			...kinds.slice(0, limit).map(describeMany),
			...(rest === 0 ? [] : [`${count(rest, 'backend')} of which something else was seen`]),
		]),
		`Decided: ${describeRange(moves.map(({ change }) => change.decidedAt))}.`,
	].join('\n\n');
}

/** A backend that a policy moves for. */
interface Culprit extends BackendEvidence {
	readonly decidedAt: Instant;
}

function readCulprits({ change, losing, gaining }: TrafficMove): readonly Culprit[] {
	const culprits = change.shift.move === 'failover' ? losing : gaining;
	return culprits.flatMap(({ evidence }) =>
		evidence === undefined ? [] : [{ ...evidence, decidedAt: change.decidedAt }],
	);
}

function describeMany(alike: readonly Culprit[]): string {
	const [first] = alike;
	if (first === undefined) return '';
	const names = listNames(alike.map(({ service }) => service));
	return `${count(alike.length, 'backend')} ${first.verdict.toLowerCase()}${describeStart(alike)}: ${names}. ${describeMeasure(first)}`;
}

/** The youngest and the oldest differ by what they took to be noticed. */
function describeStart(alike: readonly Culprit[]): string {
	const known = alike.flatMap(({ since, decidedAt }) => (since === undefined ? [] : [{ since, decidedAt }]));
	if (known.length === 0) return '';
	const ages = known.map(({ since, decidedAt }) => decidedAt - since);
	const [oldest, youngest] = [relateTo(0, max(ages)), relateTo(0, min(ages))];
	const age = oldest === youngest ? oldest : `${oldest} to ${youngest}`;
	return `, since ${describeRange(known.map(({ since }) => since))} (${age})`;
}

/** There may be more than a call takes arguments. */
function min(values: readonly number[]): number {
	return values.reduce((least, value) => Math.min(least, value));
}

function max(values: readonly number[]): number {
	return values.reduce((most, value) => Math.max(most, value));
}

function describeMeasure({ seen, threshold }: BackendEvidence): string {
	return `Seen: ${sanitizeSentence(seen)}; measured against: ${sanitizeSentence(threshold)}`;
}

/** `2026-11-21 18:14:20 UTC to 2026-11-21 18:14:26 UTC`; one of them where they are the same. */
function describeRange(instants: readonly Instant[]): string {
	const [first, last] = [formatInstant(min(instants)), formatInstant(max(instants))];
	return first === last ? first : `${first} to ${last}`;
}

function describeBackend({ service, cluster, evidence }: BackendMove, decidedAt: Instant): string {
	const name = `**${sanitizeName(service)}** in ${sanitizeName(cluster)}`;
	if (evidence === undefined) return `${name}: nothing was seen`;
	const { tier, verdict, since } = evidence;
	const start = since === undefined ? '' : ` since ${formatInstant(since)}, ${relateTo(since, decidedAt)}`;
	return `${name}, tier ${tier}: ${verdict.toLowerCase()}${start}. ${describeMeasure(evidence)}`;
}
