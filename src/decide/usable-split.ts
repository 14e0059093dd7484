import { type LiveTarget, liveWeights } from '../model/live-target.ts';
import { formatTarget, type ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
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
			const absent = policy.backends.find(({ service }) => !hasBackend(target.target, service));
			if (absent !== undefined) {
				return {
					kind: 'unusable',
					reason: { code: 'BackendNotInSplit', backend: absent.service, target: name },
				};
			}
			const live = liveWeights(target.target);
			return {
				kind: 'usable',
				live: new Map(policy.backends.map(({ service }) => [service, live.get(service) ?? 0])),
			};
		}
	}
}

function hasBackend(split: LiveTarget, service: ServiceName): boolean {
	return split.rules.every(({ backends }) => backends.some((backend) => backend.service === service));
}
