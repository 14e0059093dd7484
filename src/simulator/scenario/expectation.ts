import { namespace } from './manifests.ts';
import { comparePulls } from './pull-expectation.ts';
import type { PlayRecord } from './record.ts';
import type { Expectation } from './scenario.ts';
import type { StagedForge } from './staged-forge.ts';

/** What was not seen as expected, one sentence each. */
export function compareWithRecord(
	expected: Expectation,
	record: PlayRecord,
	forge: StagedForge,
): readonly string[] {
	const { weights = {}, says = {}, problems = [], told = [], untold = [] } = expected;
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
		...told.flatMap((kind) => lacks('notices', [...record.told()], kind)),
		...untold.flatMap((kind) => (record.told().has(kind) ? [`a notice of kind ${kind}, unexpected`] : [])),
		...compareSyncing(expected, record),
		...(expected.pulls === undefined ? [] : comparePulls(expected.pulls, forge)),
	];
}

function compareSyncing({ blocker = {}, heldOff = {} }: Expectation, record: PlayRecord): readonly string[] {
	return [
		...Object.entries(blocker).flatMap(([policy, part]) => {
			const seen = record.blocker(`${namespace}/${policy}`) ?? 'nothing';
			return seen.includes(part) ? [] : [`blocker of ${policy}: ${seen}, expected ${part}`];
		}),
		...Object.entries(heldOff).flatMap(([place, want]) =>
			differ(`held off ${place}`, want, record.isHeldOff(place)),
		),
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
