import type { ApplyChange, Change, EditChange, PatchChange } from '../model/change.ts';
import type { PendingShift, PolicyMemory } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import { ownManager } from '../model/other-writers.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { targetResource, versionFor } from '../model/target-resource.ts';
import { manualEditRule } from './manual-edit-rule.ts';
import { composeSplit } from './owned-split.ts';
import { patchBackends, patchHoldOff, patchWeights } from './weight-patch.ts';

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

/**
 * A decision × its target: exactly what to carry out, by the policy's `via` for this kind of move. `undefined` where
 * there is nothing to write to.
 */
export function planChange(pending: PendingShift, destination: Destination): Change | undefined {
	switch (destination.policy[pending.shift.move].via) {
		case 'Direct': {
			const write = planWrite(pending, destination);
			return write && { ...factsOf(pending, destination), ...write };
		}
		case 'Commit':
			return planEdit(pending, destination);
	}
}

/** An edit of the target's manifest. */
export function planEdit(pending: PendingShift, destination: Destination): EditChange {
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

/**
 * A patch of what was read although its weights go through Git; with `annotates` the same patch holds Flux off the
 * object, which would undo it otherwise.
 */
export function planEscalation(
	pending: PendingShift,
	destination: Destination & { readonly live: LiveTarget },
	annotates: boolean,
): PatchChange {
	const { live, policy } = destination;
	const write = patchLive(pending, policy, live);
	const marks = annotates ? patchHoldOff(live, policy.key) : [];
	return { ...factsOf(pending, destination), ...write, operations: [...write.operations, ...marks] };
}

function factsOf({ shift, decidedAt }: PendingShift, { policy }: Destination) {
	return { policy: policy.key, target: policy.target, shift, decidedAt };
}

type Write =
	| Pick<PatchChange, 'kind' | 'version' | 'operations' | 'base'>
	| Pick<ApplyChange, 'kind' | 'version' | 'manifest'>;

/**
 * An owned target is applied whole, unless somebody else wrote its weights last: an apply would be refused then, and
 * a patch takes them back.
 */
function planWrite(pending: PendingShift, { policy, live }: Destination): Write | undefined {
	const { shift } = pending;
	const { owned, target } = policy;
	if (owned !== undefined && (live === undefined || (live.applied && live.manager === ownManager))) {
		const [version = ''] = targetResource(target).versions;
		return { kind: 'apply', version, manifest: composeSplit(policy, owned.apex, shift.to, live) };
	}
	return live && patchLive(pending, policy, live);
}

function patchLive(
	{ shift }: PendingShift,
	{ owned, target }: FailoverPolicy,
	live: LiveTarget,
): Pick<PatchChange, 'kind' | 'version' | 'operations' | 'base'> {
	const patch = owned !== undefined && shift.makes ? patchBackends : patchWeights;
	return { kind: 'patch', version: versionFor(live, target), operations: patch(live, shift.to), base: live };
}
