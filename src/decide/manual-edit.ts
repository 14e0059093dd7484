// Whether weights that a person set in Git stay where other weights are decided.
import type { PolicyMemory } from '../model/decision.ts';
import type { ManualEdit } from '../model/manual-edit.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';

export type ManualVerdict =
	/** Commit: no edit is known, or in `memory` it is released. */
	| { readonly kind: 'write'; readonly memory: PolicyMemory }
	| { readonly kind: 'hold'; readonly edit: ManualEdit };

/**
 * Judges a commit of `weights`. A released edit stays remembered until the decided weights are live, so that the commit
 * may write over it; one that was found under other rules than the policy's is left to be found again.
 */
export function judgeManualEdit(
	policy: FailoverPolicy,
	memory: PolicyMemory,
	weights: Weights,
	now: Instant,
): ManualVerdict {
	const { manual } = memory;
	if (manual === undefined) return { kind: 'write', memory };
	if (!isRuledBy(policy, manual)) return { kind: 'write', memory: forgetManualEdit(memory) };
	if (manual.released) return { kind: 'write', memory };
	const { until, against } = manual;
	const holds = until === undefined ? sameRatio(weights, against) : now < until;
	if (holds) return { kind: 'hold', edit: manual };
	return { kind: 'write', memory: { ...memory, manual: { ...manual, released: true } } };
}

function isRuledBy({ onManualEdit, manualHold }: FailoverPolicy, { hold }: ManualEdit): boolean {
	return onManualEdit === 'Hold' ? hold === manualHold : onManualEdit === 'Adopt' && hold === undefined;
}

/** The memory once the live weights are the decided ones: nobody's edit stands against them. */
export function forgetManualEdit({ manual: _, ...rest }: PolicyMemory): PolicyMemory {
	return rest;
}
