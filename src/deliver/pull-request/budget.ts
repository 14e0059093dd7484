import type { PullRequestSettings } from '../../model/policy.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';

/** How many pull requests may still be opened. */
export interface PullRequestBudget {
	/** Whether one more may be opened now, with so many open. */
	allows(settings: PullRequestSettings, open: number, now: Instant): boolean;
	note(now: Instant): void;
}

const hour: Milliseconds = 3_600_000;

export function createBudget(): PullRequestBudget {
	let opened: readonly Instant[] = [];
	return {
		allows({ maxOpen, maxPerHour }, open, now) {
			opened = opened.filter((at) => at > now - hour);
			return open < maxOpen && opened.length < maxPerHour;
		},
		note(now) {
			opened = [...opened, now];
		},
	};
}
