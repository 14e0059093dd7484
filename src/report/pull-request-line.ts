import type { Notice } from '../model/notice.ts';
import type { PullRequestEvent } from '../model/pull-request.ts';
import { formatWeights } from '../model/weights.ts';
import { about, type Line } from './notice-line.ts';

/** Policies that are named; of more, how many there are. */
const named = 5;

const messages: Readonly<Record<PullRequestEvent, readonly [level: Line['level'], message: string]>> = {
	Opened: ['info', 'pull request opened'],
	Reopened: ['info', 'pull request opened again'],
	Updated: ['info', 'pull request updated'],
	Withdrawn: ['info', 'pull request withdrawn: it is not needed any more'],
	Merged: ['info', 'pull request merged'],
	MergedLate: ['warn', 'pull request merged when it was not needed any more'],
	Vetoed: ['warn', 'pull request vetoed'],
	TakenOver: ['warn', 'pull request taken over by a person, and left alone'],
	Blocked: ['warn', 'pull request cannot be merged'],
	Escalated: ['warn', 'pull request not merged in time: the next step is taken'],
	Commanded: ['info', 'pull request: a command was carried out'],
};

/** What happens to pull requests, and to what is asked for in them. */
export function describePullRequest(notice: Extract<Notice, { kind: 'requested' | 'pull-request' }>): Line {
	if (notice.kind === 'requested') {
		const { shift, number, url, after } = notice;
		const { move, to, episode } = shift;
		const what = { move, weights: formatWeights(to), episode: episode.id };
		const fields = { ...about(notice), ...what, number, url, ms: Math.round(after) };
		return { level: 'info', message: 'asked for in a pull request', fields };
	}
	const { event, group, number, url, policies, detail } = notice;
	const [level, message] = messages[event];
	const more = policies.length - named;
	const fields = {
		number,
		url,
		move: group.move,
		group: group.name,
		policies: [...policies.slice(0, named), ...(more > 0 ? [`and ${more} more`] : [])],
		...(detail === undefined ? {} : { detail }),
	};
	return { level, message, fields };
}
