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

/** Whom GitHub names where an account is gone. */
const gone: Login = 'ghost';

/** What GitHub tells of a pull request: in a list less than by its number. */
export function readPull(value: unknown): PullRequest {
	const pull = asFields(value, 'pull request');
	const [head, base] = [asFields(pull['head'], 'head'), asFields(pull['base'], 'base')];
	const headCommit = findCommit(head, 'sha');
	const closedAt = findTime(pull, 'closed_at');
	return {
		number: readNumber(pull, 'number'),
		url: readText(pull, 'html_url'),
		state: readState(pull),
		title: readText(pull, 'title'),
		body: findText(pull, 'body') ?? '',
		head: readText(head, 'ref'),
		base: readText(base, 'ref'),
		...(headCommit === undefined ? {} : { headCommit }),
		isForeign: isForeign(head, base),
		isDraft: pull['draft'] === true,
		author: readLogin(pull),
		labels: readList(pull, 'labels').flatMap((label) => findText(findFields(label), 'name') ?? []),
		createdAt: readTime(pull, 'created_at'),
		updatedAt: readTime(pull, 'updated_at'),
		...(closedAt === undefined ? {} : { closedAt }),
		...readMerge(pull),
		mergeable: readMergeable(pull),
		autoMerge: findFields(pull['auto_merge']) !== undefined,
	};
}

function readState(pull: Fields): PullRequest['state'] {
	if (findTime(pull, 'merged_at') !== undefined) return 'merged';
	return pull['state'] === 'open' ? 'open' : 'closed';
}

/** A head whose repository is gone was in another. */
function isForeign(head: Fields, base: Fields): boolean {
	const ours = readText(asFields(base['repo'], 'base.repo'), 'full_name');
	return findText(findFields(head['repo']), 'full_name')?.toLowerCase() !== ours.toLowerCase();
}

/** `merge_commit_sha` of one that is not merged names a trial merge. */
function readMerge(pull: Fields): Pick<PullRequest, 'mergedAt' | 'mergedBy' | 'mergeCommit'> {
	const mergedAt = findTime(pull, 'merged_at');
	if (mergedAt === undefined) return {};
	const mergedBy = findText(findFields(pull['merged_by']), 'login');
	const mergeCommit = findCommit(pull, 'merge_commit_sha');
	return {
		mergedAt,
		...(mergedBy === undefined ? {} : { mergedBy }),
		...(mergeCommit === undefined ? {} : { mergeCommit }),
	};
}

function readMergeable(pull: Fields): PullRequest['mergeable'] {
	if (pull['mergeable'] === true) return 'yes';
	return pull['mergeable'] === false ? 'conflict' : 'unknown';
}

/** Of whatever has a `user`. */
function readLogin(fields: Fields): Login {
	return findText(findFields(fields['user']), 'login') ?? gone;
}

export function readComment(value: unknown): ForgeComment {
	const comment = asFields(value, 'comment');
	return {
		id: String(readNumber(comment, 'id')),
		author: readLogin(comment),
		body: findText(comment, 'body') ?? '',
		createdAt: readTime(comment, 'created_at'),
	};
}
