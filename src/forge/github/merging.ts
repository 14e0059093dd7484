import type { Forge, MergeOutcome } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { understand } from '../http/client.ts';
import { asFields, findCommit } from '../http/fields.ts';
import { readWords } from '../http/said.ts';
import type { GitHubAnswer, GitHubApi } from './api.ts';
import { readByNumber } from './pulls.ts';
import { readRepository } from './repository.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** The one that is preferred first, with the setting that allows it. */
const methods: readonly (readonly [method: MergeMethod, setting: string])[] = [
	['merge', 'allow_merge_commit'],
	['squash', 'allow_squash_merge'],
	['rebase', 'allow_rebase_merge'],
];

/** While pushes come in, GitHub wants a merge asked for again: so often. */
const tries = 3;

export function createMerger(api: GitHubApi): Forge['merge'] {
	return async (number, head, signal) => {
		const allowed = await listMethods(api, signal);
		let answer: GitHubAnswer | undefined;
		for (const method of allowed) {
			answer = await askToMerge(api, { number, head, method }, signal);
			if (!isOfMethod(answer)) break;
		}
		for (let left = tries - 1; left > 0 && isOfBase(answer); left -= 1) {
			answer = await askToMerge(api, { number, head, method: allowed[0] ?? 'merge' }, signal);
		}
		return answer === undefined
			? { kind: 'blocked', reason: 'the repository allows no way of merging' }
			: await readOutcome(api, { number, head, answer }, signal);
	};
}

/** A rule of the branch may forbid what the repository allows. */
function isOfMethod({ status, text }: GitHubAnswer): boolean {
	return status === 405 && /\b(merge commits|merges|squash|rebase)\b.*\bnot allowed\b/i.test(readWords(text));
}

function isOfBase(answer: GitHubAnswer | undefined): boolean {
	return answer?.status === 405 && /base branch was modified/i.test(readWords(answer.text));
}

async function askToMerge(
	api: GitHubApi,
	{
		number,
		head,
		method,
	}: { readonly number: number; readonly head: CommitId; readonly method: MergeMethod },
	signal: AbortSignal,
): Promise<GitHubAnswer> {
	return await api.call(
		{ what: 'merge a pull request', expected: [404, 405, 409, 422] },
		(octokit, parameters) =>
			octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
				...parameters,
				pull_number: number,
				sha: head,
				merge_method: method,
			}),
		signal,
	);
}

async function readOutcome(
	api: GitHubApi,
	{
		number,
		head,
		answer,
	}: { readonly number: number; readonly head: CommitId; readonly answer: GitHubAnswer },
	signal: AbortSignal,
): Promise<MergeOutcome> {
	if (answer.status === 200) {
		const asked = { what: 'merge a pull request' };
		const commit = understand(api, asked, () => findCommit(asFields(answer.body, 'merge'), 'sha'));
		return commit === undefined ? { kind: 'merged' } : { kind: 'merged', commit };
	}
	// 405 stands for whatever is in the way: the pull request tells which.
	const pull = await readByNumber(api, number, signal);
	if (pull?.state !== 'open') return { kind: 'notOpen' };
	if (answer.status === 409 || pull.headCommit !== head) return { kind: 'moved' };
	if (pull.mergeable === 'conflict') return { kind: 'conflict' };
	return { kind: 'blocked', reason: readWords(answer.text) || `GitHub answers ${answer.status}` };
}

/** GitHub tells of its settings only those who may write; to others all methods are worth a try. */
export async function listMethods(api: GitHubApi, signal: AbortSignal): Promise<readonly MergeMethod[]> {
	const settings = await readRepository(api, signal);
	return methods.filter(([, setting]) => settings[setting] !== false).map(([method]) => method);
}
