import type { Forge, LineRemark, Login } from '../model/ports/forge.ts';
import { showText } from '../model/problem.ts';
import { judgeStatus, newestStatuses } from './forge/commit-statuses.ts';
import { type CallCounts, createForgeCalls } from './forge/forge-calls.ts';
import type { ForgeCore } from './forge/forge-core.ts';
import type { HostedRepository } from './forge/hosted-repository.ts';
import type { MemoryForgeParts } from './forge/memory-forge-parts.ts';
import { createMemoryMerging } from './forge/memory-merging.ts';
import { createMemoryPulls } from './forge/memory-pulls.ts';
import { presentComment } from './forge/present-pull.ts';
import { findRule, mayPush } from './forge/protection.ts';
import { ForgeRefusal } from './forge/refusal.ts';

/** Of a commit status; the rest is cut off. */
const descriptionLength = 255;

export interface MemoryForgeOptions {
	/** By its full name: `owner/name`. */
	readonly repository: string;
	/** On whose behalf. */
	readonly user: Login;
	/** The forge's address, for links. */
	readonly url?: string;
}

/** The port without HTTP, and how often it was called. */
export interface MemoryForge extends Forge {
	counts(): CallCounts;
}

/** One repository at a forge in memory, as somebody's token sees it: answers in no time, but for what is injected. */
export function createMemoryForge(core: ForgeCore, options: MemoryForgeOptions): MemoryForge {
	const { repository, user, url = 'https://forge.example.com' } = options;
	const page = `${url}/${repository}`;
	const calls = createForgeCalls(core, { repository, user, page });
	const parts = { core, user, page, calls };
	return {
		kind: 'Gitea',
		url: page,
		counts: calls.counts,
		...createMemoryPulls(parts),
		...createMemoryExtras(parts),
		...createMemoryDiscussion(parts),
		...createMemoryMerging(parts),
		...createMemoryChecks(parts),
		...createMemoryPermissions(parts),
	};
}

function createMemoryExtras({
	user,
	calls,
}: MemoryForgeParts): Pick<Forge, 'addLabels' | 'removeLabel' | 'requestReviewers'> {
	return {
		addLabels: (number, names, signal) =>
			calls.run(
				'labels',
				async (hosted) => {
					for (const name of new Set(names)) {
						const known = hosted.state.labels.find((label) => label.name === name);
						const made = known ?? (await hosted.makeLabel(user, { name, color: '5b7c99', description: '' }));
						await hosted.addLabels(user, number, [made.id]);
					}
				},
				signal,
			),
		removeLabel: (number, name, signal) =>
			calls.run(
				'labels',
				async (hosted) => {
					for (const { id } of hosted.state.labels.filter((label) => label.name === name)) {
						await hosted.removeLabel(user, number, id);
					}
				},
				signal,
			),
		requestReviewers: (number, reviewers, signal) =>
			calls.run(
				'reviewers',
				async (hosted) => {
					const { author } = await hosted.pull(number);
					const people = reviewers.filter((each) => each !== author && !each.startsWith('team:'));
					const unknown = people.filter((each) => hosted.state.findUser(each) === undefined);
					await hosted.requestReviewers(
						user,
						number,
						people.filter((each) => !unknown.includes(each)),
					);
					if (unknown.length > 0) throw new ForgeRefusal(422, `User '${unknown[0]}' not exist`);
				},
				signal,
			),
	};
}

function createMemoryDiscussion({
	user,
	calls,
}: MemoryForgeParts): Pick<Forge, 'comments' | 'comment' | 'editComment' | 'review'> {
	return {
		comments: (number, signal) =>
			calls.run(
				'comments',
				async (hosted) => (await hosted.pull(number)).comments.map(presentComment),
				signal,
			),
		comment: (number, body, signal) =>
			calls.run(
				'comment',
				async (hosted) => presentComment(await hosted.comment(user, number, body)),
				signal,
			),
		editComment: (_, id, body, signal) =>
			calls.run(
				'update',
				async (hosted) => {
					await hosted.editComment(user, Number(id), body);
				},
				signal,
			),
		review: (number, review, signal) =>
			calls.run(
				'review',
				async (hosted) => {
					await hosted.review(user, number, { state: 'COMMENT', ...(await placeRemarks(hosted, review)) });
				},
				signal,
			),
	};
}

/** A remark whose line the file does not have goes into the text. */
async function placeRemarks(
	{ git }: HostedRepository,
	{ commit, body, remarks }: Parameters<Forge['review']>[1],
): Promise<Parameters<Forge['review']>[1]> {
	const files = await Promise.all(remarks.map(({ path }) => git.readLines(commit, path)));
	const isPlaced = ({ line }: LineRemark, index: number): boolean => line <= (files[index]?.length ?? 0);
	const rest = remarks.filter((remark, index) => !isPlaced(remark, index));
	const lines = rest.map(({ path, line, body: text }) => `- \`${path}:${line}\`: ${text}`);
	const whole = [body, lines.join('\n')].filter((part) => part !== '').join('\n\n');
	return { commit, body: whole, remarks: remarks.filter(isPlaced) };
}

function createMemoryChecks({ user, calls }: MemoryForgeParts): Pick<Forge, 'setStatus' | 'checks'> {
	return {
		setStatus: (commit, { context, state, description, url = '' }, signal) =>
			calls.run(
				'setStatus',
				async (hosted) => {
					const status = { context, state, description: showText(description, descriptionLength), url };
					await hosted.setStatus(user, commit, status);
				},
				signal,
			),
		checks: (commit, signal) =>
			calls.run(
				'checks',
				async (hosted) => {
					await hosted.look();
					return newestStatuses(hosted.state, commit).map(({ context, state, description }) => ({
						name: context,
						state: judgeStatus(state),
						...(description !== '' && { description }),
					}));
				},
				signal,
			),
	};
}

function createMemoryPermissions({
	user,
	calls,
}: MemoryForgeParts): Pick<Forge, 'identity' | 'permission' | 'protection'> {
	return {
		identity: (signal) =>
			calls.run(
				'identity',
				(hosted) => Promise.resolve({ login: user, permission: hosted.permission(user) }),
				signal,
			),
		permission: (login, signal) =>
			calls.run('permission', (hosted) => Promise.resolve(hosted.permission(login)), signal),
		protection: (branch, signal) =>
			calls.run(
				'protection',
				(hosted) => {
					const rule = findRule(hosted.state, branch);
					return Promise.resolve({
						isProtected: rule !== undefined,
						mayPush: mayPush(hosted.state, branch, user),
						requiredChecks: rule?.requiredContexts ?? [],
						requiredApprovals: rule?.requiredApprovals ?? 0,
					});
				},
				signal,
			),
	};
}
