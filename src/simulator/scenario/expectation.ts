import { namespace } from './manifests.ts';
import type { PlayRecord } from './record.ts';
import type { Expectation } from './scenario.ts';

/** What was not seen as expected, one sentence each. */
export function compareWithRecord(expected: Expectation, record: PlayRecord): readonly string[] {
	const { weights = {}, says = {}, problems = [] } = expected;
	return [
		...Object.entries(weights).flatMap(([place, want]) =>
			differ(`weights of ${place}`, want, record.weights(place)),
		),
		...differ('patches', expected.patches, record.patches()),
		...differ('commits', expected.commits, record.commits()),
		...differ('events', expected.events, record.events()),
		...Object.entries(says).flatMap(([policy, code]) =>
			lacks(`${policy} says`, record.said(`${namespace}/${policy}`), code),
		),
		...problems.flatMap((code) => lacks('problems', [...record.problems()], code)),
	];
}

/** Nothing differs from what nobody asked for. */
function differ(what: string, want: unknown, seen: unknown): readonly string[] {
	const [wanted, got] = [JSON.stringify(want), JSON.stringify(seen)];
	return want === undefined || wanted === got ? [] : [`${what}: ${got}, expected ${wanted}`];
}

function lacks(what: string, seen: readonly string[], code: string): readonly string[] {
	return seen.includes(code) ? [] : [`${what}: ${seen.join(', ') || 'nothing'}, expected ${code}`];
}
