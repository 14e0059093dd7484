import type { AutoMergeOutcome, MergeOutcome } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Milliseconds } from '../../model/time.ts';
import { understand } from '../http/client.ts';
import { classifyAnswer } from '../http/refusal.ts';
import { readWords } from '../http/said.ts';
import type { AzureApi } from './azure-api.ts';
import { areMet, chooseStrategy } from './policies.ts';
import { type AzurePull, readPull } from './pull-request.ts';
import { findPull, needPull, sendPatch } from './pulls.ts';

/** A merge is carried out after it is answered: it is looked at so often, that far apart. */
const tries = 5;
const pause: Milliseconds = 1_000;

const nobody = '00000000-0000-0000-0000-000000000000';

export async function mergePull(
	api: AzureApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	const before = await findPull(api, number, signal);
	const hindrance = findHindrance(before, head);
	if (before === undefined || hindrance !== undefined) return hindrance ?? { kind: 'notOpen' };
	const wish = {
		status: 'completed',
		// Another head than this is refused.
		lastMergeSourceCommit: { commitId: head },
		completionOptions: await completionOptions(api, before.pull.base, signal),
	};
	const answer = await sendPatch(api, number, { body: wish, refusals: [400, 403, 404, 409] }, signal);
	if (answer.status < 300) {
		const after = understand(api.client, { what: 'merge' }, () => readPull(answer.body, api.page));
		return await awaitMerge(api, after, head, signal);
	}
	const after = findHindrance(await findPull(api, number, signal), head);
	return after ?? { kind: 'blocked', reason: readWords(answer.text) || `it answers ${answer.status}` };
}

function findHindrance(found: AzurePull | undefined, head: CommitId): MergeOutcome | undefined {
	if (found?.pull.state !== 'open') return { kind: 'notOpen' };
	if (found.pull.headCommit !== head) return { kind: 'moved' };
	if (found.pull.isDraft) return { kind: 'blocked', reason: 'it is a draft' };
	return found.pull.mergeable === 'conflict' ? { kind: 'conflict' } : undefined;
}

async function completionOptions(api: AzureApi, base: string, signal: AbortSignal): Promise<object> {
	return { deleteSourceBranch: false, mergeStrategy: await chooseStrategy(api, base, signal) };
}

async function awaitMerge(
	api: AzureApi,
	first: AzurePull,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	let found: AzurePull | undefined = first;
	for (let left = tries; left > 0; left -= 1) {
		const { state, mergeCommit: commit, number } = found.pull;
		if (state === 'merged') return commit === undefined ? { kind: 'merged' } : { kind: 'merged', commit };
		const hindrance = findHindrance(found, head) ?? findFailure(found);
		if (hindrance !== undefined) return hindrance;
		await api.clock.sleep(pause, signal);
		found = await needPull(api, number, signal);
	}
	return { kind: 'blocked', reason: 'Azure DevOps is still merging it' };
}

function findFailure({ merge, mergeMessage }: AzurePull): MergeOutcome | undefined {
	if (merge !== 'rejectedByPolicy' && merge !== 'failure') return undefined;
	return {
		kind: 'blocked',
		reason: mergeMessage ?? (merge === 'failure' ? 'the merge failed' : 'rejected by a policy'),
	};
}

/**
 * Azure completes whatever the head is by then, and at once where every policy is met: so the head is looked at before,
 * and what could be merged now is not asked for.
 */
export async function enableAutoMerge(
	api: AzureApi,
	number: number,
	head: CommitId,
	{ self, signal }: { readonly self: string; readonly signal: AbortSignal },
): Promise<AutoMergeOutcome> {
	const { pull } = await needPull(api, number, signal);
	if (pull.state !== 'open') return { kind: 'unavailable', reason: 'it is not open' };
	if (pull.headCommit !== head) return { kind: 'moved' };
	if (pull.autoMerge) return { kind: 'enabled' };
	if (await areMet(api, number, signal)) return { kind: 'clean' };
	const wish = {
		autoCompleteSetBy: { id: self },
		completionOptions: await completionOptions(api, pull.base, signal),
	};
	const answer = await sendPatch(api, number, { body: wish }, signal);
	if (answer.status < 300) return { kind: 'enabled' };
	return { kind: 'unavailable', reason: readWords(answer.text) || `it answers ${answer.status}` };
}

export async function disableAutoMerge(api: AzureApi, number: number, signal: AbortSignal): Promise<void> {
	const { pull } = await needPull(api, number, signal);
	if (!pull.autoMerge) return;
	const answer = await sendPatch(api, number, { body: { autoCompleteSetBy: { id: nobody } } }, signal);
	if (answer.status < 300) return;
	// It may have been called off, or carried out, since.
	const { pull: after } = await needPull(api, number, signal);
	const what = `call off the merge of pull request ${number}`;
	if (after.autoMerge) throw classifyAnswer(api.client, { what }, answer);
}
