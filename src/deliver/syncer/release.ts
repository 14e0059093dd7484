import type { WriteOutcome } from '../../model/ports/cluster.ts';
import type { Release } from '../../model/ports/syncer.ts';

/** What an answer means for a release. What is gone holds nobody off. */
export function releaseOf(outcome: WriteOutcome): Release {
	switch (outcome.kind) {
		case 'written':
		case 'missing':
			return { kind: 'released' };
		case 'refused':
			return { kind: 'failed', message: outcome.problem.message };
		case 'conflict':
		case 'unavailable':
		case 'unknown':
			return { kind: 'failed', message: outcome.message };
	}
}
