// What Spillway remembers of a pull request, hidden in its one comment: nothing on our disk is needed.
import type { ForgeComment, Login } from '../../model/ports/forge.ts';

export interface ReviewNote {
	/** Of the problems that were told in a review last; '' where there are none. */
	readonly problems: string;
}

export interface OwnComment {
	readonly id: string;
	readonly body: string;
	readonly note: ReviewNote;
}

const mark = '<!-- spillway:plan -->';

/** What the comment begins with. */
export function formatNote({ problems }: ReviewNote): string {
	return `${mark}\n<!-- spillway:policies ${problems || 'none'} -->`;
}

/** Our comment; what others write that looks like it is not ours. */
export function findOwnComment(comments: readonly ForgeComment[], self: Login): OwnComment | undefined {
	const own = comments.find(({ author, body }) => author === self && body.trimStart().startsWith(mark));
	if (own === undefined) return undefined;
	const [, problems = ''] = /^<!-- spillway:policies ([0-9a-f]{32}) -->/m.exec(own.body) ?? [];
	return { id: own.id, body: own.body, note: { problems } };
}
