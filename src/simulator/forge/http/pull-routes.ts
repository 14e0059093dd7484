import type { PullEdit } from '../pull-requests.ts';
import type { MergeWish, StoredPull } from '../records.ts';
import { ForgeRefusal, notFound } from '../refusal.ts';
import {
	type ApiCall,
	findText,
	noContent,
	type Reply,
	type Route,
	readNumber,
	readText,
	replyPage,
	requireUser,
} from './exchange.ts';
import { showPull } from './present.ts';

export const pullRoutes: readonly Route[] = [
	{ pattern: 'GET /pulls', call: 'list', handle: listPulls },
	{ pattern: 'POST /pulls', call: 'create', handle: createPull },
	{
		pattern: 'GET /pulls/#number',
		call: 'read',
		handle: async (call) => await replyPull(call, 200, await call.hosted.pull(readNumber(call))),
	},
	{ pattern: 'PATCH /pulls/#number', call: 'update', handle: editPull },
	{
		pattern: 'GET /pulls/#number/merge',
		call: 'read',
		async handle(call) {
			const { state } = await call.hosted.pull(readNumber(call));
			if (state !== 'merged') throw notFound();
			return noContent;
		},
	},
	{ pattern: 'POST /pulls/#number/merge', call: 'merge', handle: mergePull },
	{
		pattern: 'DELETE /pulls/#number/merge',
		call: 'autoMerge',
		async handle(call) {
			await call.hosted.cancelMerge(requireUser(call), readNumber(call));
			return noContent;
		},
	},
	{
		pattern: 'GET /pulls/:base/*head',
		call: 'read',
		async handle(call) {
			const { base, head } = call.params;
			const pulls = await call.hosted.pulls();
			// The oldest, whatever its state.
			const found = pulls.findLast((pull) => pull.base === base && pull.head === head);
			if (found === undefined) throw notFound();
			return await replyPull(call, 200, found);
		},
	},
];

async function replyPull(call: ApiCall, status: number, pull: StoredPull): Promise<Reply> {
	const { core, hosted } = call;
	const changes = await hosted.git.changes(pull.mergeBase, pull.headCommit);
	const shown = core.faults.takeLateMergeability() ? { ...pull, mergeable: false } : pull;
	return { status, body: showPull(call, shown, changes) };
}

async function listPulls(call: ApiCall): Promise<Reply> {
	const { core, hosted, query } = call;
	if (!hosted.state.settings.hasPulls) throw notFound();
	const wanted = {
		state: query.get('state') ?? 'all',
		base: query.get('base_branch'),
		poster: query.get('poster'),
		label: Number(query.get('labels')),
	};
	const all = (await hosted.pulls()).slice(core.faults.takeLateList() ? 1 : 0);
	const found = all.filter(
		({ state, base, author, labels }) =>
			(wanted.state === 'all' || (state === 'open') === (wanted.state === 'open')) &&
			(wanted.base === null || base === wanted.base) &&
			(wanted.poster === null || author === wanted.poster) &&
			(wanted.label === 0 || labels.includes(wanted.label)),
	);
	if (query.get('sort') === 'recentupdate') found.sort((a, b) => b.updatedAt - a.updatedAt);
	return replyPage(call, found, (pull) => showPull(call, pull));
}

async function createPull(call: ApiCall): Promise<Reply> {
	const { body, hosted } = call;
	if (!hosted.state.settings.hasPulls) throw notFound();
	const draft = {
		title: readText(body, 'title'),
		body: readText(body, 'body'),
		head: readText(body, 'head'),
		base: readText(body, 'base'),
	};
	return await replyPull(call, 201, await hosted.open(requireUser(call), draft));
}

async function editPull(call: ApiCall): Promise<Reply> {
	const { body, hosted } = call;
	const state = findText(body, 'state');
	const edit: PullEdit = {
		title: findText(body, 'title'),
		body: findText(body, 'body'),
		base: findText(body, 'base'),
		state: state === 'open' || state === 'closed' ? state : undefined,
	};
	return await replyPull(call, 201, await hosted.edit(requireUser(call), readNumber(call), edit));
}

async function mergePull(call: ApiCall): Promise<Reply> {
	const { body, hosted } = call;
	const user = requireUser(call);
	const number = readNumber(call);
	const wish = readWish(call);
	if (body['merge_when_checks_succeed'] === true) {
		await hosted.scheduleMerge(user, number, wish);
		return { status: 201 };
	}
	await hosted.merge(user, number, { ...wish, head: findText(body, 'head_commit_id') });
	return { status: 200 };
}

/** Ways of merging that Gitea knows, and this forge does not carry out. */
const otherStyles = ['rebase', 'rebase-merge', 'manually-merged'];

function readWish({ body }: ApiCall): MergeWish {
	const style = findText(body, 'Do');
	if (style === undefined || style === '') throw new ForgeRefusal(422, '[Do]: Required');
	if (otherStyles.includes(style)) throw new ForgeRefusal(405, `${style} is not carried out here`);
	if (style !== 'merge' && style !== 'squash' && style !== 'fast-forward-only') {
		throw new ForgeRefusal(422, '[Do]: In');
	}
	return {
		style,
		title: findText(body, 'MergeTitleField'),
		message: findText(body, 'MergeMessageField'),
		deleteBranch: body['delete_branch_after_merge'] === true,
	};
}
