// Our part of a body: what is decided on first, what is looked up folded away below it.
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { writeControls, writeNotices } from './controls.ts';
import { writeEvidence, writeGroupEvidence } from './evidence.ts';
import { describeIdleness, readSteps, type Step, writeLadder } from './ladder.ts';
import { writeChoices, writeFailback, writeOutcomes } from './outcomes.ts';
import { drawTraffic } from './picture.ts';
import { writeRadius } from './radius.ts';
import type { TrafficMove } from './traffic-moves.ts';
import { writeBackendTable, writeSummaryTable, writeTargetTable } from './traffic-table.ts';
import { writeVerdict } from './verdict.ts';
import { countTargets, fold } from './wording.ts';

/** All but its links. Every list in it has at most `limit` entries; with 0 only counts are left. */
export function writeOurPart(facts: PullRequestFacts, moves: readonly TrafficMove[], limit: number): string {
	const parts = facts.state === 'open' ? writeOpen(facts, moves, limit) : writeWithdrawn(facts, moves, limit);
	return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function writeOpen(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	limit: number,
): readonly (string | undefined)[] {
	const steps = readSteps(moves, facts.controls.hastened);
	const idleness = describeIdleness(facts, moves, steps);
	return [
		writeVerdict(facts, moves),
		...writeNotices(facts),
		writeTable(moves, limit),
		moves.length === 0 ? undefined : writeRadius(moves),
		writeChoices(moves, idleness),
		moves.length === 0 || limit === 0 ? undefined : drawTraffic(moves),
		...writeTargets(moves, limit),
		...writeWhy(moves, limit),
		fold('What merging, closing and ignoring do', writeOutcomes(facts, moves, idleness)),
		writeTimers(facts, moves, steps),
		writeControls(facts, moves),
	];
}

function writeWithdrawn(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	limit: number,
): readonly (string | undefined)[] {
	return [
		writeVerdict(facts, moves),
		'Spillway closes this and deletes its branch. **Do not merge it**: that would move traffic without need, and Spillway would answer at once with the way back. If the move is needed again, Spillway asks again.',
		...(moves.length === 0 ? [] : ['This is what it was about:', writeTable(moves, limit)]),
		...writeTargets(moves, limit),
	];
}

function writeTable(moves: readonly TrafficMove[], limit: number): string {
	const [only] = moves;
	if (only === undefined) return '';
	return moves.length === 1 ? writeBackendTable(only, limit) : writeSummaryTable(moves, limit);
}

function writeTargets(moves: readonly TrafficMove[], limit: number): readonly string[] {
	if (moves.length < 2) return [];
	return [fold(`All ${countTargets(moves.map(({ change }) => change))}`, writeTargetTable(moves, limit))];
}

function writeWhy(moves: readonly TrafficMove[], limit: number): readonly string[] {
	const [only] = moves;
	if (only === undefined) return [];
	const evidence = moves.length === 1 ? writeEvidence(only, limit) : writeGroupEvidence(moves, limit);
	return [fold('Evidence', evidence)];
}

function writeTimers(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	steps: readonly Step[],
): string | undefined {
	const ladder = writeLadder(facts, moves, steps);
	const failback = writeFailback(moves, facts.base);
	if (ladder === undefined && failback === undefined) return undefined;
	const nothing = 'Nothing happens by itself (`failover.escalate` is not set).';
	const wayBack = failback === undefined ? [] : [`The way back:\n\n${failback}`];
	return fold('Timers', [ladder ?? nothing, ...wayBack].join('\n\n'));
}
