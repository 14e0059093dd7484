import type { PullRequest } from '../../model/ports/forge.ts';
import type { Instant } from '../../model/time.ts';
import type { PageRules } from './page.ts';

/** What the next step depends on beside what is seen. */
export interface StepRules extends PageRules {
	/** Whether one more may be opened now. */
	readonly mayOpen: boolean;
	/** Whether a closed one can be opened again, as far as is known. */
	readonly mayReopen: (pull: PullRequest) => boolean;
	/** Whether every wish was confirmed by a pass of late. */
	readonly isFresh: boolean;
	/** How many are open: the more, the less often each is looked at. */
	readonly openCount: number;
	readonly withdrawal: Withdrawal;
}

/** Since when nothing is wanted, and why. */
export interface Withdrawal {
	readonly since: Instant;
	readonly why: string;
	/** It goes another way, so nothing is waited for. */
	readonly isFinal: boolean;
}
