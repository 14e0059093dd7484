import type { PullRequest } from '../../model/ports/forge.ts';
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

/** What the API tells of a pull request beyond what people see. */
export interface GiteaPull {
	readonly pull: PullRequest;
	/** As the field says: also false for a moment while the merge is tried, and of a draft. */
	readonly isMergeable: boolean;
	readonly reviewers: readonly string[];
}

/** Gitea's default prefixes of a title that make a draft. */
const draftPrefix = /^(?:WIP:|\[WIP\]:?)\s*/i;

/** The title that makes a draft. */
export function formatDraftTitle(title: string): string {
	return `WIP: ${title}`;
}

/** A pull request as Gitea's API writes it. Throws UnreadableAnswerError. */
export function parsePull(body: unknown): GiteaPull {
	const fields = asFields(body, 'pull request');
	const head = asFields(fields['head'], 'head');
	const base = asFields(fields['base'], 'base');
	const isDraft = fields['draft'] === true;
	const title = readText(fields, 'title');
	const isMerged = fields['merged'] === true;
	const isMergeable = fields['mergeable'] === true;
	const pull = {
		number: readNumber(fields, 'number'),
		url: readText(fields, 'html_url'),
		...readState(fields, isMerged),
		title: isDraft ? title.replace(draftPrefix, '') : title,
		body: findText(fields, 'body') ?? '',
		// The ref is another one once the branch is gone; the label stays.
		head: readText(head, 'label'),
		base: readText(base, 'ref'),
		...optional('headCommit', findCommit(head, 'sha')),
		isForeign: head['repo_id'] !== base['repo_id'],
		isDraft,
		author: readLogin(fields['user']),
		labels: readList(fields, 'labels').map((label) => readText(asFields(label, 'label'), 'name')),
		createdAt: readTime(fields, 'created_at'),
		updatedAt: readTime(fields, 'updated_at'),
		mergeable: isMergeable ? 'yes' : 'unknown',
		autoMerge: false,
	} as const;
	return {
		pull,
		isMergeable,
		reviewers: readList(fields, 'requested_reviewers').map(readLogin),
	};
}

function readState(
	fields: Fields,
	isMerged: boolean,
): Pick<PullRequest, 'state' | 'closedAt' | 'mergedAt' | 'mergedBy' | 'mergeCommit'> {
	if (readText(fields, 'state') === 'open') return { state: 'open' };
	const closed = optional('closedAt', findTime(fields, 'closed_at'));
	if (!isMerged) return { state: 'closed', ...closed };
	return {
		state: 'merged',
		...closed,
		...optional('mergedAt', findTime(fields, 'merged_at')),
		...optional('mergedBy', findText(findFields(fields['merged_by']), 'login')),
		...optional('mergeCommit', findCommit(fields, 'merge_commit_sha')),
	};
}

/** A user's name. Throws UnreadableAnswerError. */
export function readLogin(user: unknown): string {
	return readText(asFields(user, 'user'), 'login');
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
	return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
