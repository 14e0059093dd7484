// What happens by itself if nobody does anything, and when.
import type { EscalationStep } from '../../model/policy.ts';
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { formatDuration, type Instant } from '../../model/time.ts';
import { formatInstant, isNever } from './instants.ts';
import { sanitizeName } from './sanitize.ts';
import type { TrafficMove } from './traffic-moves.ts';
import { bullets, countTargets, listNames } from './wording.ts';

/** A step of the ladder, as far as the policies of a group share it. */
export interface Step {
	readonly to: EscalationStep;
	readonly first: Instant;
	readonly last: Instant;
	readonly after: readonly [Instant, Instant];
	readonly moves: readonly TrafficMove[];
	/** Somebody asked for it before its time. */
	readonly isHastened: boolean;
}

/** The steps, in the order of their times. */
export function readSteps(moves: readonly TrafficMove[], hastened: number): readonly Step[] {
	const rungs = moves.flatMap((move) =>
		move.change.rungs.map((rung, index) => ({ ...rung, index, move, isHastened: index < hastened })),
	);
	return [...Map.groupBy(rungs, ({ to, index }) => `${index} ${to}`).values()]
		.map((taken): Step => {
			const times = taken.map(({ at }) => at).sort((a, b) => a - b);
			const spans = taken.map(({ at, move }) => at - move.change.decidedAt).sort((a, b) => a - b);
			return {
				to: taken[0]?.to ?? 'Notify',
				first: times[0] ?? 0,
				last: times.at(-1) ?? 0,
				after: [spans[0] ?? 0, spans.at(-1) ?? 0],
				moves: taken.map(({ move }) => move),
				isHastened: taken.every((rung) => rung.isHastened),
			};
		})
		.sort((a, b) => a.first - b.first);
}

/** One line for each step; `undefined` where nothing happens by itself. */
export function writeLadder(
	facts: PullRequestFacts,
	moves: readonly TrafficMove[],
	steps: readonly Step[],
): string | undefined {
	if (steps.length === 0) return undefined;
	return bullets(
		steps.map((step) => {
			const part = step.moves.length < moves.length ? ` (${countPart(step)})` : '';
			return `${timeOf(step)}: ${describeStep(step.to, facts)}${part}`;
		}),
	);
}

function countPart({ moves }: Step): string {
	return `for ${countTargets(moves.map(({ change }) => change))}`;
}

function timeOf({ first, last, after: [soonest, latest], isHastened }: Step): string {
	if (isHastened) return 'now, as somebody asked for';
	const after =
		soonest === latest ? formatDuration(soonest) : `${formatDuration(soonest)} to ${formatDuration(latest)}`;
	const when = first === last ? formatInstant(first) : `${formatInstant(first)} to ${formatInstant(last)}`;
	return `${when} (${after} after the decision)`;
}

function describeStep(step: EscalationStep, { base, settings }: PullRequestFacts): string {
	const { onCall } = settings;
	const people = onCall.length === 0 ? 'nobody (`onCall` is empty)' : listNames(onCall, 5);
	const are = onCall.length > 1 ? 'are' : 'is';
	switch (step) {
		case 'Notify':
			return `${people} ${are} named in a comment`;
		case 'Reviewers':
			return `${people} ${are} asked for a review`;
		case 'AutoMerge':
			return 'this is merged by itself once its checks pass';
		case 'Commit':
			return `the weights are committed to ${sanitizeName(base)} without this pull request`;
		case 'Direct':
			return 'the weights are patched on the cluster, and Git is brought up to date later';
	}
}

/** What comes of doing nothing, in a few words: `it is merged by itself at …`. */
export function describeIdleness(
	{ controls }: PullRequestFacts,
	moves: readonly TrafficMove[],
	steps: readonly Step[],
): string {
	if (controls.veto !== undefined) return 'nothing moves';
	const automatic = moves.filter(({ change }) => change.autoMerge);
	const step = steps.find(({ to }) => moving.has(to));
	const held = controls.hold === undefined ? '' : ', but not before the hold is over';
	if (automatic.length === moves.length && moves.length > 0) {
		return `it is merged by itself once its checks pass${held}`;
	}
	if (step === undefined) return 'nothing moves until somebody merges';
	const part = step.moves.length < moves.length ? ` ${countPart(step)}` : '';
	const when = step.isHastened
		? 'now'
		: `${step.first === step.last ? 'at' : 'from'} ${formatInstant(step.first)}`;
	const checks = step.to === 'AutoMerge' ? ' if its checks pass' : '';
	return `${idleWords[step.to]}${part} ${when}${checks}${held}`;
}

const moving: ReadonlySet<EscalationStep> = new Set(['AutoMerge', 'Commit', 'Direct']);

const idleWords: Readonly<Record<EscalationStep, string>> = {
	Notify: '',
	Reviewers: '',
	AutoMerge: 'it is merged by itself',
	Commit: 'the weights are committed without it',
	Direct: 'the weights are patched on the cluster',
};

/** `until 2026-11-21 19:14:56 UTC`. */
export function describeUntil(until: Instant): string {
	return isNever(until) ? 'until somebody ends it' : `until ${formatInstant(until)}`;
}
