import type { Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { judgeMerge } from './branch-news.ts';
import type { StoredPull } from './records.ts';
import { ForgeRefusal, notFound } from './refusal.ts';
import {
	extendTimeline,
	mayWrite,
	type RepositoryState,
	refuseArchived,
	requirePull,
	requireRight,
	savePull,
} from './repository-state.ts';

export interface PullDraft {
	readonly title: string;
	readonly body: string;
	readonly head: string;
	readonly base: string;
	/** Another repository that has the head, and where it is there. */
	readonly fork?: { readonly name: string; readonly commit: CommitId } | undefined;
}

export interface PullEdit {
	readonly title?: string | undefined;
	readonly body?: string | undefined;
	readonly base?: string | undefined;
	readonly state?: 'open' | 'closed' | undefined;
}

export async function openPull(state: RepositoryState, by: Login, draft: PullDraft): Promise<StoredPull> {
	const { body, head, base, fork } = draft;
	const title = cutTitle(draft.title);
	requireRight(state, by, 'read');
	refuseArchived(state);
	if (title === '') throw new ForgeRefusal(422, '[Title]: Required');
	const headCommit = fork?.commit ?? state.tips.get(head);
	if (headCommit === undefined || !state.tips.has(base)) throw notFound();
	if (fork === undefined && head === base) {
		throw new ForgeRefusal(422, 'Invalid PullRequest: There are no changes between the head and the base');
	}
	refuseTwin(state, draft);
	const number = state.pulls.size + 1;
	const at = state.clock.now();
	const pull: StoredPull = {
		...{ id: state.nextId(), number, title, body, author: by, head, base, fork: fork?.name, headCommit },
		...(await judgeMerge(state, base, headCommit)),
		...{ hasBranch: true, state: 'open', createdAt: at, updatedAt: at },
		...{ labels: [], reviewers: [], comments: [], reviews: [] },
		timeline: [{ id: state.nextId(), type: 'pull_push', user: by, at }],
	};
	state.pulls.set(number, pull);
	state.emit({ kind: 'pull', action: 'opened', by, pull });
	return pull;
}

/** In bytes, the ellipsis included. */
const longestTitle = 255;

function cutTitle(title: string): string {
	if (Buffer.byteLength(title) <= longestTitle) return title;
	let cut = title;
	while (Buffer.byteLength(cut) > longestTitle - Buffer.byteLength('…')) cut = [...cut].slice(0, -1).join('');
	return `${cut}…`;
}

function refuseTwin(state: RepositoryState, { head, base, fork }: PullDraft): void {
	const twin = [...state.pulls.values()].find(
		(pull) => pull.state === 'open' && pull.head === head && pull.base === base && pull.fork === fork?.name,
	);
	if (twin === undefined) return;
	const facts = `id: ${twin.id}, issue_id: ${twin.id}, head_repo_id: 1, base_repo_id: 1`;
	const words = `[${facts}, head_branch: ${head}, base_branch: ${base}]`;
	throw new ForgeRefusal(409, `pull request already exists for these targets ${words}`);
}

export function editPull(state: RepositoryState, by: Login, number: number, edit: PullEdit): StoredPull {
	const pull = requirePull(state, number);
	if (pull.author !== by && !mayWrite(state, by)) throw new ForgeRefusal(403, '');
	if (edit.state !== undefined && pull.state === 'merged') {
		throw new ForgeRefusal(412, 'cannot change state of this pull request, it was already merged');
	}
	const { body = pull.body, base = pull.base } = edit;
	// An empty title is none.
	const title = cutTitle(edit.title || pull.title);
	if (!state.tips.has(base)) throw new ForgeRefusal(404, `new base '${base}' not exist`);
	const isEdited = title !== pull.title || body !== pull.body || base !== pull.base;
	if (isEdited) {
		const edited = savePull(state, number, { title, body, base });
		state.emit({ kind: 'pull', action: 'edited', by, pull: edited });
	}
	if (edit.state !== undefined && edit.state !== pull.state) turnPull(state, by, number, edit.state);
	return requirePull(state, number);
}

/** Closes it, or opens it again. */
function turnPull(state: RepositoryState, by: Login, number: number, to: 'open' | 'closed'): void {
	const isClosing = to === 'closed';
	const pull = requirePull(state, number);
	const timeline = extendTimeline(state, pull, { type: isClosing ? 'close' : 'reopen', user: by });
	const end = { closedAt: state.clock.now(), closedBy: by, closedByBranch: false };
	const undone = { closedAt: undefined, closedBy: undefined, closedByBranch: undefined };
	const scheduled = isClosing ? undefined : pull.scheduled;
	const turned = savePull(state, number, { ...(isClosing ? end : undone), state: to, scheduled, timeline });
	state.emit({ kind: 'pull', action: isClosing ? 'closed' : 'reopened', by, pull: turned });
}
