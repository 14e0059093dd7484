// What is said in a commit's statuses: one line each, without Markdown.
import type { CheckState } from '../../model/ports/forge.ts';
import type { PullRequestFacts, StatusContext } from '../../model/ports/pull-request-text.ts';
import { formatInstant } from './instants.ts';
import { sanitizeLine } from './sanitize.ts';
import { readMoves } from './traffic-moves.ts';
import { countTargets } from './wording.ts';

/** What GitHub shows of a status; others show more. */
export const maxStatusLength = 140;

export function writeStatus(context: StatusContext, facts: PullRequestFacts, state: CheckState): string {
	const targets = countTargets(facts.changes);
	switch (context) {
		case 'validated':
			return cut(validated(targets)[state]);
		case 'still-needed':
			return cut(tellNeed(facts, targets));
		case 'applied':
			return cut(applied(targets)[state]);
	}
}

function validated(targets: string): Readonly<Record<CheckState, string>> {
	return {
		success: `the weights of ${targets} and nothing else`,
		failure: `more than the weights of ${targets}, or not the weights that are wanted`,
		pending: 'being looked at',
	};
}

function applied(targets: string): Readonly<Record<CheckState, string>> {
	return {
		success: `live: ${targets}`,
		failure: `merged, but not live in time: ${targets}`,
		pending: `live once it is merged and applied: ${targets}`,
	};
}

function tellNeed({ state, controls, changes }: PullRequestFacts, targets: string): string {
	if (state !== 'open') return `not needed any more since ${formatInstant(state.at)}: ${state.why}`;
	const { veto } = controls;
	if (veto !== undefined) return `0 of ${targets}: vetoed by ${veto.by}`;
	const [only] = readMoves(changes.slice(0, 2));
	if (only === undefined) return 'nothing is to be moved';
	if (changes.length > 1) return `${targets} still to move`;
	const culprits = only.change.shift.move === 'failover' ? only.losing : only.gaining;
	const seen = culprits.slice(0, 1).map(({ service, evidence }) => {
		return evidence === undefined
			? service
			: `${service} is ${evidence.verdict.toLowerCase()}: ${evidence.seen}`;
	});
	return [`still needed`, ...seen].join(': ');
}

function cut(text: string): string {
	return sanitizeLine(text, maxStatusLength);
}
