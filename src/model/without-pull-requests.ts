import type { PullRequests } from './ports/pull-requests.ts';

/** What a pass says to pull requests beside the changes it delivers, and asks them. */
export type PullRequestDesk = Pick<PullRequests, 'rest' | 'isLifted' | 'lateMerge'>;

/** Where there is no forge nobody is asked for anything. */
export const withoutPullRequests: PullRequestDesk = {
	rest: () => undefined,
	isLifted: () => false,
	lateMerge: () => undefined,
};
