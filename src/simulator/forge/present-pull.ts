import type { ForgeComment, PullRequest } from '../../model/ports/forge.ts';
import { isDraft, type StoredComment, type StoredPull } from './records.ts';
import type { RepositoryState } from './repository-state.ts';

const draftPrefix = /^(?:WIP:|\[WIP\]:?)\s*/i;

/** The title that makes a draft. */
export function formatDraftTitle(title: string): string {
	return `WIP: ${title}`;
}

/** A pull request as the port has it. `page`: the repository's. */
export function presentPull(
	{ labels }: RepositoryState,
	page: string,
	pull: StoredPull,
	isJudged: boolean,
): PullRequest {
	const { number, state, title, body, head, base, headCommit, author, createdAt, updatedAt } = pull;
	return {
		...{ number, state, body, head, base, headCommit, author, createdAt, updatedAt },
		url: `${page}/pulls/${number}`,
		title: isDraft(title) ? title.replace(draftPrefix, '') : title,
		isForeign: pull.fork !== undefined,
		isDraft: isDraft(title),
		labels: labels.filter(({ id }) => pull.labels.includes(id)).map(({ name }) => name),
		mergeable: isJudged ? nameVerdict(pull) : 'unknown',
		autoMerge: pull.scheduled !== undefined,
		...(pull.closedAt !== undefined && { closedAt: pull.closedAt }),
		...(state === 'merged' && presentMerge(pull)),
	};
}

function nameVerdict({ mergeable }: StoredPull): PullRequest['mergeable'] {
	return mergeable ? 'yes' : 'conflict';
}

function presentMerge({ closedAt, mergedBy, mergeCommit }: StoredPull): Partial<PullRequest> {
	return {
		...(closedAt !== undefined && { mergedAt: closedAt }),
		...(mergedBy !== undefined && { mergedBy }),
		...(mergeCommit !== undefined && { mergeCommit }),
	};
}

export function presentComment({ id, author, body, createdAt }: StoredComment): ForgeComment {
	return { id: String(id), author, body, createdAt };
}
