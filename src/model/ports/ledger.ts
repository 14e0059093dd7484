import type { PolicyMemory } from '../decision.ts';
import type { PolicyKey } from '../names.ts';

/** Small memory per policy: verdict timers, the episode, the shift on its way. */
export interface Ledger {
	load(policy: PolicyKey): PolicyMemory;
	save(policy: PolicyKey, memory: PolicyMemory): void;
	forget(policy: PolicyKey): void;
}
