// The one sentence a person reads first.
import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequestFacts, Withdrawn } from '../../model/ports/pull-request-text.ts';
import { renderReason } from '../../model/reason.ts';
import { formatInstant } from './instants.ts';
import { sanitizeName, sanitizeSentence } from './sanitize.ts';
import { type BackendMove, formatPercent, type TrafficMove, unique } from './traffic-moves.ts';
import { capitalize, countTargets, list, listNames } from './wording.ts';

/** Reasons that many sentences long are for the log. */
const reasonLength = 240;

/** In bold, on one line. */
export function writeVerdict(facts: PullRequestFacts, moves: readonly TrafficMove[]): string {
	return `**${capitalize(sentenceFor(facts, moves))}.**`;
}

function sentenceFor({ state, group }: PullRequestFacts, moves: readonly TrafficMove[]): string {
	if (state !== 'open') return sentenceOfWithdrawn(state);
	const [only] = moves;
	if (only === undefined) return 'nothing is to be moved';
	if (moves.length === 1) return sentenceOfOne(only);
	return sentenceOfMany(moves, group.move === 'failover' ? 'losing' : 'gaining');
}

function sentenceOfWithdrawn({ at, why }: Withdrawn): string {
	return `not needed any more since ${formatInstant(at)}: ${withoutStop(sanitizeSentence(why, reasonLength))}`;
}

function sentenceOfOne(move: TrafficMove): string {
	const { change, losing, gaining } = move;
	const cause = change.edit.urgent ? undefined : causeOf(move);
	if (cause === undefined) {
		const [reason] = change.shift.reasons;
		const why =
			reason === undefined ? '' : `: ${withoutStop(sanitizeSentence(renderReason(reason), reasonLength))}`;
		return `${amountOf(move)} is to go from ${nameBackends(losing, move)} to ${nameBackends(gaining, move)}${why}`;
	}
	const back = findCulprits(move).length > 1 ? 'return to them' : 'return to it';
	const goes = change.shift.move === 'failover' ? `go to ${nameBackends(gaining, move)}` : back;
	return `${cause}, so ${amountOf(move)} is to ${goes}${inSteps(move)}`;
}

/** The backends whose health the move is for, where it tells. */
function findCulprits({ change, losing, gaining }: TrafficMove): readonly BackendMove[] {
	return change.shift.move === 'failover'
		? losing.filter(({ evidence }) => evidence?.verdict === 'Unhealthy')
		: gaining.filter(({ evidence }) => evidence?.verdict === 'Healthy');
}

function causeOf(move: TrafficMove): string | undefined {
	const culprits = findCulprits(move);
	const [first] = culprits;
	if (first === undefined) return undefined;
	const state = move.change.shift.move === 'failover' ? 'unhealthy' : 'healthy again';
	const names = nameBackends(culprits, move);
	if (culprits.length > 1) return `${names} are ${state}`;
	const seen = sanitizeSentence(first.evidence?.seen ?? '', reasonLength);
	return `${names} is ${state}${seen === '' ? '' : ` (${seen})`}`;
}

function nameBackends(backends: readonly BackendMove[], { crosses }: TrafficMove): string {
	const names = backends.map(({ service, cluster }) =>
		crosses ? `${sanitizeName(service)} in ${sanitizeName(cluster)}` : sanitizeName(service),
	);
	return list(names, 3) || 'nothing';
}

function amountOf({ service, moved, change }: TrafficMove): string {
	const name = sanitizeName(`${change.target.namespace}/${service}`);
	if (rampOf(change) !== undefined) return `the traffic of ${name}`;
	return moved > 0.9995 ? `all traffic of ${name}` : `${formatPercent(moved)} of the traffic of ${name}`;
}

function inSteps({ change }: TrafficMove): string {
	const ramp = rampOf(change);
	return ramp === undefined ? '' : ` in steps of ${list(ramp.map(String))}%`;
}

/** The steps of a way back that is gone in more than one; the answer to a late merge is none. */
export function rampOf({ edit, failback, shift }: PullRequestChange): readonly number[] | undefined {
	const { ramp } = failback;
	const isStepped = shift.move === 'failback' && !edit.urgent && ramp !== undefined && ramp.length > 1;
	return isStepped ? ramp : undefined;
}

function sentenceOfMany(moves: readonly TrafficMove[], part: 'losing' | 'gaining'): string {
	const changes = moves.map(({ change }) => change);
	const targets = `${countTargets(changes)} on ${listNames(unique(changes.map(({ target }) => target.cluster)))}`;
	if (changes.every(({ edit }) => edit.urgent)) {
		return `the traffic of ${targets} is to return, as it was moved by a merge that came too late`;
	}
	if (part === 'gaining')
		return `backends of ${targets} are healthy again, so their traffic is to return to them`;
	const places = moves.every(({ crosses }) => crosses)
		? listNames(unique(moves.flatMap(({ gaining }) => gaining.map(({ cluster }) => cluster))))
		: 'their fallbacks';
	const isUnhealthy = moves.every((move) => findCulprits(move).length > 0);
	return isUnhealthy
		? `backends of ${targets} are unhealthy, so their traffic is to go to ${places}`
		: `the traffic of ${targets} is to go to ${places}`;
}

function withoutStop(text: string): string {
	return text.replace(/\.+$/, '');
}
