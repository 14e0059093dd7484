import type { Change } from '../model/change.ts';
import type { PendingShift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { patchWeights, versionFor } from './weight-patch.ts';

/** Where a decision is to be carried out. */
export interface Destination {
	readonly policy: FailoverPolicy;
	readonly split: LiveTarget;
	/** The target cluster's folder in the config repository; the policy is refused when it commits without one. */
	readonly manifests: string | undefined;
	readonly policyCommit: CommitId;
}

/** A decision × its target: exactly what to carry out, by the policy's `via` for this kind of move. */
export function planChange({ shift, decidedAt }: PendingShift, destination: Destination): Change {
	const { policy, split, manifests, policyCommit } = destination;
	const facts = { policy: policy.key, target: policy.target, shift, decidedAt };
	const { via } = policy[shift.move];
	switch (via) {
		case 'Direct':
			return {
				kind: 'patch',
				...facts,
				version: versionFor(split),
				operations: patchWeights(split, shift.to),
			};
		case 'Commit':
			return { kind: 'edit', ...facts, folder: manifests ?? '', policyCommit };
	}
}
