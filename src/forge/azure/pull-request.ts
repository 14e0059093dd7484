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

/** A pull request with what only Azure DevOps has. */
export interface AzurePull {
	/** In a list its text is cut, and its labels are missing. */
	readonly pull: PullRequest;
	/** People who are asked for a review. */
	readonly reviewers: readonly Login[];
	readonly closedBy: Login | undefined;
	/** What became of trying out, or carrying out, its merge: `rejectedByPolicy`, `failure`. */
	readonly merge: string;
	readonly mergeMessage: string | undefined;
}

const branchPrefix = 'refs/heads/';

export function toRef(branch: string): string {
	return `${branchPrefix}${branch}`;
}

function readBranch(fields: Fields, name: string): string {
	const ref = readText(fields, name);
	return ref.startsWith(branchPrefix) ? ref.slice(branchPrefix.length) : ref;
}

export function readPull(value: unknown, page: string): AzurePull {
	const fields = asFields(value, 'pull request');
	const closer = findFields(fields['closedBy']);
	return {
		pull: describe(fields, page),
		reviewers: readList(fields, 'reviewers').map((each) => readLogin(findFields(each))),
		closedBy: closer === undefined ? undefined : readLogin(closer),
		merge: findText(fields, 'mergeStatus') ?? '',
		mergeMessage: findText(fields, 'mergeFailureMessage'),
	};
}

function describe(fields: Fields, page: string): PullRequest {
	const number = readNumber(fields, 'pullRequestId');
	const headCommit = findCommit(findFields(fields['lastMergeSourceCommit']), 'commitId');
	const createdAt = readTime(fields, 'creationDate');
	const isOpen = fields['status'] === 'active';
	return {
		number,
		url: `${page}/pullrequest/${number}`,
		title: readText(fields, 'title'),
		body: findText(fields, 'description') ?? '',
		head: readBranch(fields, 'sourceRefName'),
		base: readBranch(fields, 'targetRefName'),
		...(headCommit === undefined ? {} : { headCommit }),
		isForeign: findFields(fields['forkSource']) !== undefined,
		isDraft: fields['isDraft'] === true,
		author: readLogin(findFields(fields['createdBy'])),
		labels: readLabels(readList(fields, 'labels')),
		createdAt,
		// Azure does not tell when it was changed.
		updatedAt: findTime(fields, 'closedDate') ?? createdAt,
		...readEnd(fields),
		mergeable: readMergeable(fields['mergeStatus']),
		autoMerge: isOpen && findFields(fields['autoCompleteSetBy']) !== undefined,
	};
}

type End = Pick<PullRequest, 'state' | 'closedAt' | 'mergedAt' | 'mergedBy' | 'mergeCommit'>;

function readEnd(fields: Fields): End {
	const status = readText(fields, 'status');
	if (status !== 'completed' && status !== 'abandoned') return { state: 'open' };
	const at = findTime(fields, 'closedDate');
	const closed = at === undefined ? {} : { closedAt: at };
	if (status === 'abandoned') return { state: 'closed', ...closed };
	const by = findFields(fields['closedBy']);
	const commit = findCommit(findFields(fields['lastMergeCommit']), 'commitId');
	return {
		state: 'merged',
		...closed,
		...(at === undefined ? {} : { mergedAt: at }),
		...(by === undefined ? {} : { mergedBy: readLogin(by) }),
		...(commit === undefined ? {} : { mergeCommit: commit }),
	};
}

function readMergeable(status: unknown): PullRequest['mergeable'] {
	if (status === 'succeeded') return 'yes';
	return status === 'conflicts' ? 'conflict' : 'unknown';
}

/** Azure's id for a person, which a name is not: names change. */
export function readLogin(identity: Fields | undefined): Login {
	return findText(identity, 'id') ?? 'ghost';
}

export function readLabels(labels: readonly unknown[]): readonly string[] {
	return labels.flatMap((label) => {
		const fields = findFields(label);
		return fields?.['active'] === false ? [] : (findText(fields, 'name') ?? []);
	});
}

/** Of a thread what people say of the pull request as a whole. */
export function readThread(value: unknown): readonly ForgeComment[] {
	const thread = asFields(value, 'thread');
	if (thread['isDeleted'] === true || findFields(thread['threadContext']) !== undefined) return [];
	const id = readNumber(thread, 'id');
	return readList(thread, 'comments').flatMap((each) => {
		const comment = asFields(each, 'comment');
		const isTalk = comment['isDeleted'] !== true && comment['commentType'] !== 'system';
		return isTalk ? [readComment(comment, id)] : [];
	});
}

function readComment(comment: Fields, thread: number): ForgeComment {
	return {
		id: `${thread}.${readNumber(comment, 'id')}`,
		author: readLogin(findFields(comment['author'])),
		body: findText(comment, 'content') ?? '',
		createdAt: readTime(comment, 'publishedDate'),
	};
}
