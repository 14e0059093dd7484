// `failover(shop/web): east → west`: one grammar for all titles, which search and notifications rely on.
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import type { PullRequestGroup } from '../../model/pull-request.ts';
import { sanitizeTitle } from './sanitize.ts';
import { type BackendMove, readMoves, type TrafficMove, unique } from './traffic-moves.ts';
import { countTargets, list } from './wording.ts';

/** Longer titles are cut by forges and their mails. */
export const maxTitleLength = 120;

/** What each part may take, so that the whole is never too long. */
const scopeLength = 54;
const sideLength = 24;

/** At most 120 characters, one line. */
export function writeTitle({ group, changes }: Pick<PullRequestFacts, 'group' | 'changes'>): string {
	return writeTitleOf(group, readMoves(changes));
}

/** The same, where the moves are worked out already. */
export function writeTitleOf(group: PullRequestGroup, moves: readonly TrafficMove[]): string {
	const [only] = moves;
	if (only !== undefined && moves.length === 1) {
		return join(group.move, only.change.policy, nameSide(only, 'losing'), nameSide(only, 'gaining'));
	}
	const scope = group.name.replace(/^group\//, '');
	if (only === undefined) return `${group.move}(${sanitizeTitle(scope, scopeLength)}): nothing to move`;
	return join(
		group.move,
		scope,
		[countTargets(moves.map(({ change }) => change))],
		nameDestination(moves, group.move),
	);
}

function join(move: string, scope: string, from: readonly string[], to: readonly string[]): string {
	const long = `${move}(${sanitizeTitle(scope, maxTitleLength)}): ${side(from, maxTitleLength)} → ${side(to, maxTitleLength)}`;
	if ([...long].length <= maxTitleLength) return long;
	return `${move}(${sanitizeTitle(scope, scopeLength)}): ${side(from, sideLength)} → ${side(to, sideLength)}`;
}

function side(names: readonly string[], length: number): string {
	const [first = 'nothing', ...others] = names;
	const rest = others.length === 0 ? '' : ` +${others.length}`;
	const all = sanitizeTitle(list(names) || 'nothing', maxTitleLength);
	return names.length < 3 && all.length <= length ? all : sanitizeTitle(first, length - rest.length) + rest;
}

/** Clusters say the most; where traffic stays in one, services tell its sides apart. */
function nameSide(move: TrafficMove, part: 'losing' | 'gaining'): readonly string[] {
	return unique(move[part].map(({ cluster, service }) => (move.crosses ? cluster : service)));
}

function nameDestination(moves: readonly TrafficMove[], move: 'failover' | 'failback'): readonly string[] {
	if (moves.every(({ crosses }) => crosses)) return clustersOf(moves.flatMap(({ gaining }) => gaining));
	return [move === 'failover' ? 'their fallbacks' : 'their primaries'];
}

function clustersOf(backends: readonly BackendMove[]): readonly string[] {
	return unique(backends.map(({ cluster }) => cluster)).toSorted();
}
