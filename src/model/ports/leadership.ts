import type { PolicyKey } from '../names.ts';

/** Who may write for which policies. */
export interface Leadership {
	/** Whether this process may write for the policy at this instant: to be asked right before every write. */
	leads(policy: PolicyKey): boolean;
	/** Takes part until aborted, then lets go of what it leads. */
	run(signal: AbortSignal): Promise<void>;
}
