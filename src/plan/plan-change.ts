import type { ApplyChange, Change, PatchChange } from '../model/change.ts';
import type { LiveTarget } from '../model/live-target.ts';
import { ownManager } from '../model/other-writers.ts';
import type { FailoverPolicy, Via } from '../model/policy.ts';
import { targetResource, versionFor } from '../model/target-resource.ts';
import { composeSplit } from './owned-split.ts';
import { type Decided, type Destination, factsOf, planEdit } from './plan-edit.ts';
import { planPullRequest, type RequestFacts } from './pull-request-change.ts';
import { patchBackends, patchHoldOff, patchWeights } from './weight-patch.ts';

/** Where a decision is to be carried out, and what people are told who are asked for it. */
export interface AnyDestination extends Destination {
	/** Absent: nobody can be asked. */
	readonly request?: RequestFacts;
}

/**
 * A decision × its target: exactly what to carry out, by this way; absent, by the policy's `via` for this kind of move.
 * `undefined` where there is nothing to write to.
 */
export function planChange(
	pending: Decided,
	destination: AnyDestination,
	way: Via = destination.policy[pending.shift.move].via,
): Change | undefined {
	switch (way) {
		case 'Direct': {
			const write = planWrite(pending, destination);
			return write && { ...factsOf(pending, destination), ...write };
		}
		case 'Commit':
			return planEdit(pending, destination);
		case 'PullRequest': {
			const { request } = destination;
			return request && planPullRequest(pending, { ...destination, request });
		}
	}
}

/**
 * A patch of what was read although its weights go through Git; with `annotates` the same patch holds Flux off the
 * object, which would undo it otherwise.
 */
export function planEscalation(
	pending: Decided,
	destination: Destination & { readonly live: LiveTarget },
	annotates: boolean,
): PatchChange {
	const { live, policy } = destination;
	const write = patchLive(pending, policy, live);
	const marks = annotates ? patchHoldOff(live, policy.key) : [];
	return { ...factsOf(pending, destination), ...write, operations: [...write.operations, ...marks] };
}

type Write =
	| Pick<PatchChange, 'kind' | 'version' | 'operations' | 'base'>
	| Pick<ApplyChange, 'kind' | 'version' | 'manifest'>;

/**
 * An owned target is applied whole, unless somebody else wrote its weights last: an apply would be refused then, and
 * a patch takes them back.
 */
function planWrite(pending: Decided, { policy, live }: Destination): Write | undefined {
	const { shift } = pending;
	const { owned, target } = policy;
	if (owned !== undefined && (live === undefined || (live.applied && live.manager === ownManager))) {
		const [version = ''] = targetResource(target).versions;
		return { kind: 'apply', version, manifest: composeSplit(policy, owned.apex, shift.to, live) };
	}
	return live && patchLive(pending, policy, live);
}

function patchLive(
	{ shift }: Decided,
	{ owned, target }: FailoverPolicy,
	live: LiveTarget,
): Pick<PatchChange, 'kind' | 'version' | 'operations' | 'base'> {
	const patch = owned !== undefined && shift.makes ? patchBackends : patchWeights;
	return { kind: 'patch', version: versionFor(live, target), operations: patch(live, shift.to), base: live };
}
