import type { ApplyChange, Change, PatchChange } from '../model/change.ts';
import type { PendingShift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import { ownManager } from '../model/other-writers.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { targetResource, versionFor } from '../model/target-resource.ts';
import { composeSplit } from './owned-split.ts';
import { patchBackends, patchWeights } from './weight-patch.ts';

/** Where a decision is to be carried out. */
export interface Destination {
	readonly policy: FailoverPolicy;
	/** What was read; absent, the target does not exist. */
	readonly live: LiveTarget | undefined;
	/** The target cluster's folder in the config repository; the policy is refused when it commits without one. */
	readonly manifests: string | undefined;
	readonly policyCommit: CommitId;
}

/**
 * A decision × its target: exactly what to carry out, by the policy's `via` for this kind of move. `undefined` where
 * there is nothing to write to.
 */
export function planChange(pending: PendingShift, destination: Destination): Change | undefined {
	const { policy, manifests, policyCommit } = destination;
	const { shift, decidedAt } = pending;
	const facts = { policy: policy.key, target: policy.target, shift, decidedAt };
	switch (policy[shift.move].via) {
		case 'Direct': {
			const write = planWrite(pending, destination);
			return write && { ...facts, ...write };
		}
		case 'Commit':
			return { kind: 'edit', ...facts, folder: manifests ?? '', policyCommit };
	}
}

type Write =
	| Pick<PatchChange, 'kind' | 'version' | 'operations' | 'base'>
	| Pick<ApplyChange, 'kind' | 'version' | 'manifest'>;

/**
 * An owned target is applied whole, unless somebody else wrote its weights last: an apply would be refused then, and
 * a patch takes them back.
 */
function planWrite({ shift }: PendingShift, { policy, live }: Destination): Write | undefined {
	const { owned, target } = policy;
	if (owned !== undefined && (live === undefined || (live.applied && live.manager === ownManager))) {
		const [version = ''] = targetResource(target).versions;
		return { kind: 'apply', version, manifest: composeSplit(policy, owned.apex, shift.to, live) };
	}
	if (live === undefined) return undefined;
	const patch = owned !== undefined && shift.makes ? patchBackends : patchWeights;
	return { kind: 'patch', version: versionFor(live, target), operations: patch(live, shift.to), base: live };
}
