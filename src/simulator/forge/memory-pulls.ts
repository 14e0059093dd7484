import type {
	Creation,
	Forge,
	NewPullRequest,
	PullRequest,
	PullRequestEdit,
} from '../../model/ports/forge.ts';
import { refuseForGood } from './forge-calls.ts';
import type { HostedRepository } from './hosted-repository.ts';
import type { MemoryForgeParts } from './memory-forge-parts.ts';
import { formatDraftTitle, presentPull } from './present-pull.ts';
import { isDraft, type StoredPull } from './records.ts';
import { ForgeRefusal } from './refusal.ts';

type Present = (hosted: HostedRepository, pull: StoredPull) => PullRequest;

export function createMemoryPulls(
	parts: MemoryForgeParts,
): Pick<Forge, 'findByHead' | 'listOpen' | 'read' | 'create' | 'update'> {
	const { core, page, calls } = parts;
	const present: Present = (hosted, pull) =>
		presentPull(hosted.state, page, pull, !core.faults.takeLateMergeability());
	const list = async (hosted: HostedRepository, isWanted: (pull: StoredPull) => boolean) => {
		const isLate = core.faults.takeLateList();
		const shown = (await hosted.pulls()).slice(isLate ? 1 : 0);
		return shown.filter(isWanted).map((pull) => present(hosted, pull));
	};
	return {
		findByHead: (head, signal) => {
			const isWanted = (pull: StoredPull): boolean => pull.head === head && pull.fork === undefined;
			return calls.run('list', (hosted) => list(hosted, isWanted), signal);
		},
		listOpen: (signal) =>
			calls.run('list', (hosted) => list(hosted, ({ state }) => state === 'open'), signal),
		read: (number, signal) =>
			calls.run(
				'read',
				async (hosted) => {
					const found = (await hosted.pulls()).find((pull) => pull.number === number);
					return found === undefined ? undefined : present(hosted, found);
				},
				signal,
			),
		create: (draft, signal) =>
			calls.run('create', (hosted) => create({ ...parts, hosted, present }, draft), signal),
		update: (number, edit, signal) =>
			calls.run('update', (hosted) => update({ ...parts, hosted, present }, number, edit), signal),
	};
}

interface Work extends MemoryForgeParts {
	readonly hosted: HostedRepository;
	readonly present: Present;
}

async function create({ hosted, user, present }: Work, draft: NewPullRequest): Promise<Creation> {
	const title = draft.isDraft ? formatDraftTitle(draft.title) : draft.title;
	const opening = hosted.open(user, { ...draft, title });
	return await opening.then((pull) => ({ kind: 'created', pull: present(hosted, pull) }), explainOpening);
}

function explainOpening(error: unknown): Creation {
	if (!(error instanceof ForgeRefusal)) throw error;
	if (error.status === 409) return { kind: 'exists' };
	// Of a push of a moment ago, not every part of a forge knows yet.
	throw error.status === 404 ? new ForgeRefusal(425, 'no such branch') : error;
}

async function update(
	{ hosted, user, page, present }: Work,
	number: number,
	edit: PullRequestEdit,
): Promise<PullRequest> {
	const before = (await hosted.pulls()).find((pull) => pull.number === number);
	if (before === undefined) throw refuseForGood(page, `there is no pull request ${number}`);
	if (edit.state === 'open') requireOpenable(before, page);
	const { title, state, ...rest } = edit;
	const isMerged = before.state === 'merged';
	const edited = await hosted.edit(user, number, {
		...rest,
		...(title !== undefined && { title: isDraft(before.title) ? formatDraftTitle(title) : title }),
		...(state !== undefined && !isMerged && { state }),
	});
	return present(hosted, edited);
}

function requireOpenable({ number, state, hasBranch }: StoredPull, page: string): void {
	if (state === 'merged') throw refuseForGood(page, `pull request ${number} is merged`);
	if (!hasBranch) throw refuseForGood(page, `the branch of pull request ${number} is gone`);
}
