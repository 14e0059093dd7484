import { type Problem, problem } from '../../model/problem.ts';
import type { SyncerContext } from './cluster-syncer.ts';

/** Tells why a tool cannot be nudged, each reason once: without a nudge it still looks by itself, only later. */
export interface Refusals {
	tell(why: Problem): void;
}

export function createRefusals({ onProblem }: Pick<SyncerContext, 'onProblem'>): Refusals {
	const told = new Set<string>();
	return {
		tell({ where, message, got, remedy }) {
			if (told.has(message)) return;
			told.add(message);
			const text = `the syncer is not told of pushes: ${message}`;
			onProblem(problem('W_NUDGE_REFUSED', { where, message: text, got, remedy }));
		},
	};
}
