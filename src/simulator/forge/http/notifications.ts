import type { ForgeEvent } from '../forge-events.ts';
import type { StoredPull } from '../records.ts';
import {
	type Place,
	showComment,
	showIssue,
	showPull,
	showRepository,
	showStatus,
	showUser,
} from './present.ts';

/** What a webhook is sent for an event. */
export interface Notification {
	/** What has to be asked for to get it. */
	readonly subscription: string;
	/** The headers X-Gitea-Event and X-Gitea-Event-Type. */
	readonly event: string;
	readonly type: string;
	readonly payload: object;
}

/** What can be asked for. */
export const hookEvents: ReadonlySet<string> = new Set([
	'create',
	'delete',
	'issue_comment',
	'issues',
	'pull_request',
	'pull_request_comment',
	'pull_request_label',
	'pull_request_review',
	'pull_request_review_request',
	'pull_request_sync',
	'push',
	'status',
]);

const noCommit = '0'.repeat(40);

export function describeEvent(place: Place, event: ForgeEvent): readonly Notification[] {
	switch (event.kind) {
		case 'push':
			return describePush(place, event);
		case 'pull':
			return [describePull(place, event)];
		case 'reviewers': {
			const payload = { action: 'review_requested', ...composePull(place, event.pull, event.by) };
			return [note('pull_request_review_request', 'pull_request', payload)];
		}
		case 'comment': {
			const { isNew, pull, by } = event;
			const comment = showComment(place, pull, event.comment);
			const about = { issue: showIssue(place, pull), comment, is_pull: true };
			const action = isNew ? 'created' : 'edited';
			const payload = { action, ...composePull(place, pull, by), ...about };
			return [note('pull_request_comment', 'issue_comment', payload)];
		}
		case 'review':
			return [describeReview(place, event)];
		case 'status': {
			const status = showStatus(place, event.status);
			return [note('status', 'status', { ...status, sha: event.commit, ...composeRest(place, event.by) })];
		}
	}
}

type EventOf<K extends ForgeEvent['kind']> = Extract<ForgeEvent, { readonly kind: K }>;

function describePush(place: Place, { branch, before, after, by }: EventOf<'push'>): readonly Notification[] {
	const rest = composeRest(place, by);
	const ref = { ref: branch, ref_type: 'branch' };
	if (after === undefined) return [note('delete', 'delete', { ...ref, pusher_type: 'user', ...rest })];
	const push = note('push', 'push', {
		...{ ref: `refs/heads/${branch}`, before: before ?? noCommit, after, total_commits: 1, commits: [] },
		...{ head_commit: { id: after }, pusher: showUser(place, by), ...rest },
	});
	return before === undefined ? [note('create', 'create', { ...ref, sha: after, ...rest }), push] : [push];
}

function describePull(place: Place, { action, pull, by }: EventOf<'pull'>): Notification {
	const payload = { action, ...composePull(place, pull, by) };
	switch (action) {
		case 'synchronized':
			return note('pull_request_sync', 'pull_request', payload);
		case 'label_updated':
			return note('pull_request_label', 'pull_request', payload);
		case 'opened':
		case 'edited':
		case 'closed':
		case 'reopened':
			return note('pull_request', 'pull_request', payload);
	}
}

const verdicts = {
	PENDING: ['pull_request_comment', 'pull_request_review_comment'],
	APPROVED: ['pull_request_approved', 'pull_request_review_approved'],
	REQUEST_CHANGES: ['pull_request_rejected', 'pull_request_review_rejected'],
	COMMENT: ['pull_request_comment', 'pull_request_review_comment'],
} as const;

function describeReview(place: Place, { pull, review, by }: EventOf<'review'>): Notification {
	const [event, type] = verdicts[review.state];
	const said = { type, content: review.body };
	const payload = { action: 'reviewed', ...composePull(place, pull, by), review: said };
	return { subscription: 'pull_request_review', event, type, payload };
}

function note(subscription: string, event: string, payload: object): Notification {
	return { subscription, event, type: subscription, payload };
}

function composePull(place: Place, pull: StoredPull, by: string): object {
	return { number: pull.number, pull_request: showPull(place, pull), ...composeRest(place, by) };
}

function composeRest(place: Place, by: string): object {
	return { repository: showRepository(place, undefined), sender: showUser(place, by) };
}
