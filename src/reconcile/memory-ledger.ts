import { emptyMemory, type PolicyMemory } from '../model/decision.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Ledger } from '../model/ports/ledger.ts';

/** A ledger that lasts as long as the process: after a restart timers start anew, which can only delay a move. */
export function createMemoryLedger(): Ledger {
	const memories = new Map<PolicyKey, PolicyMemory>();
	return {
		load: (policy) => memories.get(policy) ?? emptyMemory,
		save: (policy, memory) => {
			memories.set(policy, memory);
		},
		forget: (policy) => {
			memories.delete(policy);
		},
	};
}
