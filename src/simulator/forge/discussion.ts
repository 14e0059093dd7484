import type { Login } from '../../model/ports/forge.ts';
import type { StoredComment, StoredPull } from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';
import {
	extendTimeline,
	mayWrite,
	type RepositoryState,
	requirePull,
	requireRight,
	savePull,
} from './repository-state.ts';

/** What an emoji may be put under a comment by. */
const reactions = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'];

/** Anybody who may read may comment. */
export function addComment(state: RepositoryState, by: Login, number: number, body: string): StoredComment {
	requireRight(state, by, 'read');
	if (body === '') throw new ForgeRefusal(422, '[Body]: Required');
	const pull = requirePull(state, number);
	const at = state.clock.now();
	const id = state.nextId();
	const comment = { id, author: by, body, createdAt: at, updatedAt: at, reactions: [] };
	const timeline = extendTimeline(state, pull, { type: 'comment', user: by });
	const commented = savePull(state, number, { comments: [...pull.comments, comment], timeline });
	state.emit({ kind: 'comment', isNew: true, by, pull: commented, comment });
	return comment;
}

/** A comment and what it stands under. Throws where there is none of this id. */
export function findComment(
	{ pulls }: RepositoryState,
	id: number,
): { readonly pull: StoredPull; readonly comment: StoredComment } {
	for (const pull of pulls.values()) {
		const comment = pull.comments.find((each) => each.id === id);
		if (comment !== undefined) return { pull, comment };
	}
	throw notFound();
}

export function editComment(state: RepositoryState, by: Login, id: number, body: string): StoredComment {
	const { pull, comment } = findComment(state, id);
	if (comment.author !== by && !mayWrite(state, by)) throw new ForgeRefusal(403, '');
	const edited = { ...comment, body, updatedAt: state.clock.now() };
	const changed = replaceComment(state, pull, edited);
	state.emit({ kind: 'comment', isNew: false, by, pull: changed, comment: edited });
	return edited;
}

/** Puts an emoji under a comment; false where it is there already. */
export function react(state: RepositoryState, by: Login, id: number, content: string): boolean {
	const { pull, comment } = findComment(state, id);
	if (!reactions.includes(content)) throw new ForgeRefusal(403, `'${content}' is not an allowed reaction`);
	if (comment.reactions.some((each) => each.user === by && each.content === content)) return false;
	const reaction = { user: by, content, at: state.clock.now() };
	replaceComment(state, pull, { ...comment, reactions: [...comment.reactions, reaction] });
	return true;
}

function replaceComment(state: RepositoryState, pull: StoredPull, comment: StoredComment): StoredPull {
	const comments = pull.comments.map((each) => (each.id === comment.id ? comment : each));
	return savePull(state, pull.number, { comments });
}
