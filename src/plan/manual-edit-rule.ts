import type { PolicyMemory } from '../model/decision.ts';
import type { ManualEditRule } from '../model/manual-edit.ts';
import { baselineWeights, type FailoverPolicy } from '../model/policy.ts';

/** How a commit tells a person's edit from what it may write over. `undefined` where people's edits are not held. */
export function manualEditRule(
	policy: FailoverPolicy,
	{ written, episode, manual }: PolicyMemory,
): ManualEditRule | undefined {
	if (policy.onManualEdit === 'Override') return undefined;
	const last = written === undefined ? [] : [written.to];
	const isCurrent = written !== undefined && written.episode === episode?.id;
	return {
		action: policy.onManualEdit,
		hold: policy.manualHold,
		expected: isCurrent ? last : [baselineWeights(policy), ...last],
		...(manual?.released ? { released: manual.commit } : {}),
	};
}
