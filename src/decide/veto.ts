// Whether a person has spoken against a move.
import type { PolicyMemory } from '../model/decision.ts';
import type { Move } from '../model/move.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Veto } from '../model/pull-request.ts';

/**
 * The veto that a move is held by: one of the same episode against the same move. What is patched was never asked for,
 * while a commit may have been where its branch is protected.
 */
export function findVeto(policy: FailoverPolicy, memory: PolicyMemory, move: Move): Veto | undefined {
	const { veto, episode } = memory;
	if (veto === undefined || policy[move].via === 'Direct') return undefined;
	return veto.move === move && veto.episode === episode?.id ? veto : undefined;
}
