import type { Login } from '../../../model/ports/forge.ts';
import type { Instant } from '../../../model/time.ts';
import { isMergeable } from '../branch-news.ts';
import type { FileChange } from '../forge-repository.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import { mayPush } from '../protection.ts';
import {
	type ForgeUser,
	isDraft,
	type Label,
	type ProtectionRule,
	type StoredComment,
	type StoredPull,
	type StoredReview,
	type StoredStatus,
	type TimelineEntry,
} from '../records.ts';
import { mayWrite } from '../repository-state.ts';

/** Where answers are made: the repository and the forge's address. */
export interface Place {
	readonly hosted: HostedRepository;
	readonly origin: string;
}

export function showTime(at: Instant): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function showTimeOrNull(at: Instant | undefined): string | null {
	return at === undefined ? null : showTime(at);
}

export function showUser({ hosted: { state } }: Place, login: Login): object {
	return showAccount(state.findUser(login) ?? { id: 0, login, name: '', email: '' });
}

export function showAccount({ id, login, name, email }: ForgeUser): object {
	return { id, login, username: login, full_name: name, email, active: true, is_admin: false };
}

export function showRepository(place: Place, login: Login | undefined): object {
	const { hosted, origin } = place;
	const { name, owner, defaultBranch, settings } = hosted.state;
	const permission = login === undefined ? 'read' : hosted.permission(login);
	const isAdmin = permission === 'admin';
	return {
		...{
			id: 1,
			name,
			full_name: hosted.fullName,
			owner: showUser(place, owner),
			private: false,
			archived: false,
		},
		...{ html_url: `${origin}/${hosted.fullName}`, clone_url: `${origin}/${hosted.fullName}.git` },
		...{ default_branch: defaultBranch, fork: false, archived: settings.isArchived },
		...{ has_pull_requests: settings.hasPulls, allow_merge_commits: settings.styles.includes('merge') },
		...{ allow_squash_merge: settings.styles.includes('squash'), allow_rebase: true },
		...{ allow_fast_forward_only_merge: settings.styles.includes('fast-forward-only') },
		...{ allow_rebase_explicit: true, default_merge_style: settings.preferredStyle },
		autodetect_manual_merge: false,
		permissions: { admin: isAdmin, push: isAdmin || permission === 'write', pull: true },
	};
}

export function showLabel(label: Label): object {
	return { ...label, url: '' };
}

/** `changes`: where they were asked for. */
export function showPull(place: Place, pull: StoredPull, changes?: readonly FileChange[]): object {
	const { hosted, origin } = place;
	const { number, title, head, base, headCommit, state, closedAt } = pull;
	const url = `${origin}/${hosted.fullName}/pulls/${number}`;
	const isMerged = state === 'merged';
	return {
		...{ id: pull.id, number, url, html_url: url, title, body: pull.body, draft: isDraft(title) },
		...{ state: isMerged ? 'closed' : state, user: showUser(place, pull.author) },
		labels: hosted.state.labels.filter(({ id }) => pull.labels.includes(id)).map(showLabel),
		requested_reviewers: pull.reviewers.map((login) => showUser(place, login)),
		...{ requested_reviewers_teams: [], milestone: null, assignee: null, assignees: null },
		...{ comments: pull.comments.length, review_comments: 0, allow_maintainer_edit: true },
		...(changes !== undefined && sumChanges(changes)),
		...{ mergeable: isMergeable(pull), merged: isMerged, merge_base: pull.mergeBase },
		merged_at: isMerged ? showTimeOrNull(closedAt) : null,
		merged_by: pull.mergedBy === undefined ? null : showUser(place, pull.mergedBy),
		merge_commit_sha: pull.mergeCommit ?? null,
		base: { label: base, ref: base, sha: hosted.state.tips.get(base) ?? '', repo_id: 1 },
		head: {
			label: head,
			ref: pull.hasBranch ? head : `refs/pull/${number}/head`,
			sha: headCommit,
			repo_id: pull.fork === undefined ? 1 : 2,
		},
		...{ created_at: showTime(pull.createdAt), updated_at: showTime(pull.updatedAt) },
		closed_at: showTimeOrNull(closedAt),
	};
}

function sumChanges(changes: readonly FileChange[]): object {
	return {
		additions: changes.reduce((sum, { added }) => sum + added, 0),
		deletions: changes.reduce((sum, { removed }) => sum + removed, 0),
		changed_files: changes.length,
	};
}

/** The same, as an issue. */
export function showIssue(place: Place, pull: StoredPull): object {
	const { id, number, title, body, state } = pull;
	const url = `${place.origin}/${place.hosted.fullName}/pulls/${number}`;
	return {
		...{ id, number, title, body, html_url: url, state: state === 'merged' ? 'closed' : state },
		...{ user: showUser(place, pull.author), comments: pull.comments.length },
		labels: place.hosted.state.labels.filter((label) => pull.labels.includes(label.id)).map(showLabel),
		pull_request: { merged: state === 'merged', draft: isDraft(title), html_url: url },
		...{ created_at: showTime(pull.createdAt), updated_at: showTime(pull.updatedAt) },
		closed_at: showTimeOrNull(pull.closedAt),
	};
}

export function showComment(place: Place, pull: StoredPull, comment: StoredComment): object {
	const page = `${place.origin}/${place.hosted.fullName}/pulls/${pull.number}`;
	return {
		...{ id: comment.id, body: comment.body, user: showUser(place, comment.author) },
		html_url: `${page}#issuecomment-${comment.id}`,
		pull_request_url: page,
		...{ created_at: showTime(comment.createdAt), updated_at: showTime(comment.updatedAt) },
	};
}

export function showReview(place: Place, pull: StoredPull, review: StoredReview): object {
	const isOfficial = review.state !== 'COMMENT' && mayWrite(place.hosted.state, review.author);
	return {
		...{ id: review.id, state: review.state, body: review.body, user: showUser(place, review.author) },
		...{ commit_id: review.commit, stale: review.commit !== pull.headCommit, official: isOfficial },
		...{ dismissed: false, comments_count: review.remarks.length, submitted_at: showTime(review.at) },
	};
}

export function showStatus(place: Place, status: StoredStatus): object {
	const { id, context, state, description, url, creator, at } = status;
	return {
		...{ id, context, status: state, description, target_url: url, creator: showUser(place, creator) },
		...{ created_at: showTime(at), updated_at: showTime(at) },
	};
}

export function showTimelineEntry(place: Place, entry: TimelineEntry): object {
	const { id, type, user, at, oldRef = '' } = entry;
	return { id, type, user: showUser(place, user), old_ref: oldRef, created_at: showTime(at) };
}

export function showBranch(
	{ hosted }: Place,
	branch: string,
	login: Login | undefined,
	commit: object,
): object {
	const { state } = hosted;
	const rule = state.rules.find((each) => each.branch === branch);
	const isAdmin = login !== undefined && hosted.permission(login) === 'admin';
	return {
		...{ name: branch, commit, protected: rule !== undefined },
		...{ required_approvals: rule?.requiredApprovals ?? 0 },
		enable_status_check: (rule?.requiredContexts.length ?? 0) > 0,
		status_check_contexts: rule?.requiredContexts ?? [],
		user_can_push: login !== undefined && mayPush(state, branch, login),
		user_can_merge: login !== undefined && mayWrite(state, login),
		effective_branch_protection_name: isAdmin && rule !== undefined ? rule.branch : '',
	};
}

export function showRule(rule: ProtectionRule): object {
	const listed = typeof rule.mayPush === 'string' ? [] : rule.mayPush;
	return {
		...{ rule_name: rule.branch, branch_name: rule.branch, enable_push: rule.mayPush !== 'nobody' },
		...{ enable_push_whitelist: typeof rule.mayPush !== 'string', push_whitelist_usernames: listed },
		...{ enable_force_push: false, enable_merge_whitelist: false },
		...{ required_approvals: rule.requiredApprovals, block_on_rejected_reviews: rule.blocksOnRejection },
		enable_status_check: rule.requiredContexts.length > 0,
		status_check_contexts: rule.requiredContexts,
	};
}
