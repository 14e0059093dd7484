import type { ForgeComment, Login, PullRequest } from '../../model/ports/forge.ts';
import {
	asFields,
	type Fields,
	findCommit,
	findFields,
	findText,
	findTime,
	readList,
	readNumber,
	readText,
	readTime,
} from '../http/fields.ts';

/** A merge request with what only GitLab has. */
export interface GitLabMerge {
	readonly pull: PullRequest;
	/** `mergeable`, or what is in the way; newer ones come to be. */
	readonly detail: string;
	/** Whether we may merge it; absent in a list. */
	readonly mayMerge: boolean | undefined;
	/** Numbers of the people who are asked for a review. */
	readonly reviewers: readonly number[];
	/** Where its diff begins and ends. */
	readonly diff: { readonly base: string; readonly start: string; readonly head: string } | undefined;
	/** Whether a pipeline for its head is there, and is not over. */
	readonly hasPipelineRunning: boolean;
}

/** GitLab marks a draft in its title. */
const draftPrefix = /^\s*(\[draft\]|\(draft\)|draft:)\s*/i;

export function formatTitle(title: string, isDraft: boolean): string {
	return isDraft ? `Draft: ${title}` : title;
}

export function readMerge(value: unknown): GitLabMerge {
	const merge = asFields(value, 'merge request');
	const refs = findFields(merge['diff_refs']);
	const [base, start, head] = ['base_sha', 'start_sha', 'head_sha'].map((name) => findCommit(refs, name));
	const mayMerge = findFields(merge['user'])?.['can_merge'];
	const pipeline = findText(findFields(merge['head_pipeline']), 'status');
	return {
		pull: readPull(merge),
		detail: findText(merge, 'detailed_merge_status') ?? '',
		mayMerge: typeof mayMerge === 'boolean' ? mayMerge : undefined,
		reviewers: readList(merge, 'reviewers').map((each) => readNumber(asFields(each, 'reviewer'), 'id')),
		diff: base && start && head ? { base, start, head } : undefined,
		hasPipelineRunning: pipeline !== undefined && !/^(success|failed|canceled|skipped)$/.test(pipeline),
	};
}

function readPull(merge: Fields): PullRequest {
	const headCommit = findCommit(merge, 'sha');
	const isDraft = (merge['draft'] ?? merge['work_in_progress']) === true;
	const title = readText(merge, 'title');
	return {
		number: readNumber(merge, 'iid'),
		url: readText(merge, 'web_url'),
		title: isDraft ? title.replace(draftPrefix, '') : title,
		body: findText(merge, 'description') ?? '',
		head: readText(merge, 'source_branch'),
		base: readText(merge, 'target_branch'),
		...(headCommit === undefined ? {} : { headCommit }),
		isForeign: merge['source_project_id'] !== merge['target_project_id'],
		isDraft,
		author: readUser(merge['author']),
		labels: readList(merge, 'labels').filter((label) => typeof label === 'string'),
		createdAt: readTime(merge, 'created_at'),
		updatedAt: readTime(merge, 'updated_at'),
		...readEnd(merge),
		mergeable: readMergeable(merge),
		autoMerge: merge['merge_when_pipeline_succeeds'] === true && merge['state'] === 'opened',
	};
}

type End = Pick<PullRequest, 'state' | 'closedAt' | 'mergedAt' | 'mergedBy' | 'mergeCommit'>;

/** One that is locked is being merged. */
function readEnd(merge: Fields): End {
	if (merge['state'] === 'closed') {
		const closedAt = findTime(merge, 'closed_at');
		return { state: 'closed', ...(closedAt === undefined ? {} : { closedAt }) };
	}
	if (merge['state'] !== 'merged') return { state: 'open' };
	const mergedAt = findTime(merge, 'merged_at');
	const by = findFields(merge['merge_user']) ?? findFields(merge['merged_by']);
	// A fast-forward makes no commit of its own.
	const commit =
		findCommit(merge, 'merge_commit_sha') ??
		findCommit(merge, 'squash_commit_sha') ??
		findCommit(merge, 'sha');
	return {
		state: 'merged',
		...(mergedAt === undefined ? {} : { mergedAt, closedAt: mergedAt }),
		...(by === undefined ? {} : { mergedBy: readText(by, 'username') }),
		...(commit === undefined ? {} : { mergeCommit: commit }),
	};
}

/** Whether the branches fit together, whatever else GitLab asks for. */
function readMergeable(merge: Fields): PullRequest['mergeable'] {
	if (merge['has_conflicts'] === true || merge['detailed_merge_status'] === 'conflict') return 'conflict';
	return merge['merge_status'] === 'can_be_merged' ? 'yes' : 'unknown';
}

function readUser(value: unknown): Login {
	return findText(findFields(value), 'username') ?? 'ghost';
}

/** `undefined` for GitLab's own notes, and for remarks on lines. */
export function readNote(value: unknown): ForgeComment | undefined {
	const note = asFields(value, 'note');
	if (note['system'] === true || note['type'] === 'DiffNote') return undefined;
	return {
		id: String(readNumber(note, 'id')),
		author: readUser(note['author']),
		body: findText(note, 'body') ?? '',
		createdAt: readTime(note, 'created_at'),
	};
}
