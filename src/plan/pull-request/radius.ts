// How much a pull request touches.
import { formatShare, type TrafficMove, unique } from './traffic-moves.ts';
import { rampOf } from './verdict.ts';
import { count, countTargets, listNames } from './wording.ts';

/** One line: targets, namespaces, clusters, and the share of their traffic that goes elsewhere. */
export function writeRadius(moves: readonly TrafficMove[]): string {
	const changes = moves.map(({ change }) => change);
	const namespaces = unique(changes.map(({ target }) => target.namespace)).toSorted();
	const clusters = unique(changes.map(({ target }) => target.cluster)).toSorted();
	const where = `${countTargets(changes)} in ${nameAll(namespaces, 'namespace')} on ${nameAll(clusters, 'cluster')}`;
	const first = changes.some((change) => rampOf(change)) ? ' at first' : '';
	return `Touches ${where}; ${formatMoved(moves)} of ${moves.length === 1 ? 'its' : 'each one’s'} traffic moves${first}.`;
}

function nameAll(names: readonly string[], noun: string): string {
	const [only] = names;
	if (names.length === 1 && only !== undefined) return `${noun} ${listNames([only])}`;
	return `${count(names.length, noun)} (${listNames(names)})`;
}

/** `10–100%`. */
function formatMoved(moves: readonly TrafficMove[]): string {
	let [low, high] = [1, 0];
	for (const { moved } of moves) {
		low = Math.min(low, moved);
		high = Math.max(high, moved);
	}
	const [least, most] = [formatShare(low), formatShare(high)];
	return least === most ? `${most}%` : `${least}–${most}%`;
}
