import type { AutoMergeOutcome, MergeOutcome } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Milliseconds } from '../../model/time.ts';
import { type ForgeAnswer, understand } from '../http/client.ts';
import { classifyAnswer } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import type { GitLabApi } from './gitlab-api.ts';
import { type GitLabMerge, readMerge } from './merge-request.ts';
import { findMerge, mergePath, needMerge } from './merge-requests.ts';

/** GitLab finds out after a push whether branches fit, and makes its pipeline: it is looked at so often, that far apart. */
const tries = 4;
const pause: Milliseconds = 500;

const unsettled = /^(unchecked|checking|preparing|approvals_syncing|)$/;

export async function mergeRequest(
	api: GitLabApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	const before = await findSettled(api, number, signal);
	const hindrance = findHindrance(before, head);
	if (hindrance !== undefined) return hindrance;
	const answer = await askToMerge(api, number, { sha: head }, signal);
	if (answer.status < 300) return describeMerge(api, answer);
	// 405 and 422 stand for whatever is in the way: the merge request tells which.
	const after = await findMerge(api, number, signal);
	return findHindrance(after, head) ?? describeBlock(after, answer);
}

async function findSettled(
	api: GitLabApi,
	number: number,
	signal: AbortSignal,
): Promise<GitLabMerge | undefined> {
	let found = await findMerge(api, number, signal);
	for (
		let left = tries - 1;
		left > 0 && found?.pull.state === 'open' && unsettled.test(found.detail);
		left -= 1
	) {
		await api.clock.sleep(pause, signal);
		found = await findMerge(api, number, signal);
	}
	return found;
}

/** To whoever may not merge GitLab answers as if their token were bad, so they do not ask. */
function findHindrance(found: GitLabMerge | undefined, head: CommitId): MergeOutcome | undefined {
	if (found?.pull.state !== 'open') return { kind: 'notOpen' };
	if (found.pull.headCommit !== head) return { kind: 'moved' };
	if (found.mayMerge === false) return { kind: 'blocked', reason: 'we may not merge into this branch' };
	return found.pull.mergeable === 'conflict' ? { kind: 'conflict' } : undefined;
}

function describeBlock(found: GitLabMerge | undefined, answer: ForgeAnswer): MergeOutcome {
	if (answer.status === 409) return { kind: 'moved' };
	const words = readWords(answer.text) || `GitLab answers ${answer.status}`;
	const detail = found?.detail ?? '';
	return { kind: 'blocked', reason: detail === '' ? words : `${words} (${detail.replaceAll('_', ' ')})` };
}

function describeMerge({ client }: GitLabApi, { body }: ForgeAnswer): MergeOutcome {
	const { pull } = understand(client, { what: 'merge' }, () => readMerge(body));
	const { mergeCommit: commit } = pull;
	return commit === undefined ? { kind: 'merged' } : { kind: 'merged', commit };
}

function askToMerge(api: GitLabApi, number: number, body: object, signal: AbortSignal): Promise<ForgeAnswer> {
	const path = `${mergePath(api, number)}/merge`;
	const what = `merge merge request ${number}`;
	const expected = [400, 404, 405, 406, 409, 422];
	return api.client.send({ method: 'PUT', path, body, what, expected }, signal);
}

/** GitLab merges at once what it may, though it was asked to wait: so that is found out before. */
export async function enableAutoMerge(
	api: GitLabApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<AutoMergeOutcome> {
	let answer: ForgeAnswer | undefined;
	for (let left = tries; left > 0; left -= 1) {
		const found = await findSettled(api, number, signal);
		const outcome = judgeAutoMerge(found, head);
		if (outcome !== undefined) return outcome;
		answer = await askToMerge(api, number, { sha: head, auto_merge: true }, signal);
		if (answer.status < 300) return { kind: 'enabled' };
		if (answer.status === 409) return { kind: 'moved' };
		// There may be no pipeline yet.
		if (answer.status !== 405) break;
		await api.clock.sleep(pause, signal);
	}
	return { kind: 'unavailable', reason: readWords(answer?.text ?? '') || 'GitLab gives no reason' };
}

function judgeAutoMerge(found: GitLabMerge | undefined, head: CommitId): AutoMergeOutcome | undefined {
	if (found?.pull.state !== 'open' || found.pull.headCommit !== head) return { kind: 'moved' };
	if (found.pull.autoMerge) return { kind: 'enabled' };
	if (found.mayMerge === false) return { kind: 'unavailable', reason: 'we may not merge into this branch' };
	return found.detail === 'mergeable' && !found.hasPipelineRunning ? { kind: 'clean' } : undefined;
}

export async function disableAutoMerge(api: GitLabApi, number: number, signal: AbortSignal): Promise<void> {
	const { pull } = await needMerge(api, number, signal);
	if (!pull.autoMerge) return;
	const request = {
		method: 'POST',
		path: `${mergePath(api, number)}/cancel_merge_when_pipeline_succeeds`,
		what: `call off the merge of merge request ${number}`,
		expected: [405, 406],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status < 300) return;
	// It may have been called off, or carried out, since.
	if ((await findMerge(api, number, signal))?.pull.autoMerge === true) {
		throw classifyAnswer(api.client, request, answer);
	}
}
