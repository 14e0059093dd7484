// The review of pull requests that change policies, as the loop has it.
import { isDeepStrictEqual } from 'node:util';
import { emptyMemory } from '../model/decision.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Forge } from '../model/ports/forge.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { Log } from '../model/ports/log.ts';
import type { Repository } from '../model/ports/repository.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { createPolicyReview, type PolicyReview } from './policy-review/policy-review.ts';
import { createPresentPlan } from './policy-review/present-plan.ts';
import type { ReadChange } from './policy-review/read-change.ts';
import type { RunMode } from './run-mode.ts';

/** What people push is read with, apart from what commits rest on. */
export interface ReviewTools {
	readonly openRepository: () => Promise<Repository>;
	readonly readChange: ReadChange;
}

export interface ReviewTaskParts extends ReviewTools {
	readonly forge: Forge;
	readonly branch: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly mode: RunMode;
	readonly leads: (key: string) => boolean;
	readonly ledger: Ledger;
	readonly findCluster: ClusterDirectory['find'];
	/** What spillway.yaml and the policies say now. */
	readonly inForce: () => PolicyRevision | undefined;
}

/** One replica reviews, also where several share the policies, or there are none. */
const reviewKey = 'spillway/policy-review';

export function createReviewTask(parts: ReviewTaskParts): PolicyReview {
	const { mode, leads, ledger, inForce, findCluster, clock, random } = parts;
	return createPolicyReview({
		...parts,
		name: mode.home ?? 'hub',
		leads: () => leads(reviewKey),
		clusters() {
			const revision = inForce();
			return revision && new Set(revision.clusters.map(({ name }) => name));
		},
		plan: createPresentPlan({
			clock,
			random,
			findCluster,
			recall({ key, target }) {
				const known = inForce()?.policies.find((policy) => policy.key === key);
				return isDeepStrictEqual(known?.target, target) ? ledger.load(key) : emptyMemory;
			},
		}),
	});
}
