import type { EditChange } from '../model/change.ts';
import type { PendingShift, PolicyMemory } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import type { PolicyKey, TargetRef } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { manualEditRule } from './manual-edit-rule.ts';

/** Where a decision is to be carried out. */
export interface Destination {
	readonly policy: FailoverPolicy;
	/** What was read; absent, the target does not exist. */
	readonly live: LiveTarget | undefined;
	/** The target cluster's folder in the config repository; the policy is refused when it commits without one. */
	readonly manifests: string | undefined;
	readonly policyCommit: CommitId;
	/** What was committed for it before, and by whom else. */
	readonly memory: PolicyMemory;
}

/** A shift that was decided, and when. */
export type Decided = Pick<PendingShift, 'shift' | 'decidedAt'>;

/** An edit of the target's manifest. */
export function planEdit(pending: Decided, destination: Destination): EditChange {
	const { policy, manifests, policyCommit, memory } = destination;
	const manualEdits = manualEditRule(policy, memory);
	return {
		kind: 'edit',
		...factsOf(pending, destination),
		folder: manifests ?? '',
		policyCommit,
		...(policy.owned === undefined ? {} : { owned: policy.owned }),
		...(manualEdits === undefined ? {} : { manualEdits }),
	};
}

interface Facts extends Decided {
	readonly policy: PolicyKey;
	readonly target: TargetRef;
}

/** What every change says of itself. */
export function factsOf({ shift, decidedAt }: Decided, { policy }: Pick<Destination, 'policy'>): Facts {
	return { policy: policy.key, target: policy.target, shift, decidedAt };
}
