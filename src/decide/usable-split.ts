import { formatTarget, type ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import { type LiveSplit, liveWeights, type Snapshot } from '../model/snapshot.ts';
import type { Weights } from '../model/weights.ts';

export type SplitVerdict =
	/** The live weights of the policy's backends, in the policy's order. */
	| { readonly kind: 'usable'; readonly live: Weights }
	| { readonly kind: 'unusable'; readonly reason: Reason };

/** Whether the target can carry this policy's weights. Backends the policy does not name are left alone. */
export function usableSplit(policy: FailoverPolicy, { target }: Snapshot): SplitVerdict {
	const name = formatTarget(policy.target);
	switch (target.kind) {
		case 'missing':
			return { kind: 'unusable', reason: { code: 'TargetMissing', target: name } };
		case 'invalid':
			return { kind: 'unusable', reason: { code: 'TargetInvalid', target: name, message: target.message } };
		case 'found': {
			const absent = policy.backends.find(({ service }) => !hasBackend(target.split, service));
			if (absent !== undefined) {
				return {
					kind: 'unusable',
					reason: { code: 'BackendNotInSplit', backend: absent.service, target: name },
				};
			}
			const live = liveWeights(target.split);
			return {
				kind: 'usable',
				live: new Map(policy.backends.map(({ service }) => [service, live.get(service) ?? 0])),
			};
		}
	}
}

function hasBackend(split: LiveSplit, service: ServiceName): boolean {
	return split.backends.some((backend) => backend.service === service);
}
