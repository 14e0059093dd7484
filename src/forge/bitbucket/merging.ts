import type { MergeOutcome } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Milliseconds } from '../../model/time.ts';
import { understand } from '../http/client.ts';
import { readWords } from '../http/said.ts';
import { type BitbucketApi, findWholeCommit } from './bitbucket-api.ts';
import { type BitbucketPull, readPull } from './pull-request.ts';
import { findPull, pullPath } from './pulls.ts';

/** A merge that takes long is answered before it is done: it is looked at so often, that far apart. */
const tries = 4;
const pause: Milliseconds = 1_000;

/**
 * Bitbucket merges whatever the head is by then: there is no way to name the commit. So the head is read right before,
 * and what was merged is told by the commits; a push in the moment between is merged along.
 */
export async function mergePull(
	api: BitbucketApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	const before = await findPull(api, number, signal);
	const hindrance = findHindrance(before, head);
	if (before === undefined || hindrance !== undefined) return hindrance ?? { kind: 'notOpen' };
	const request = {
		method: 'POST',
		path: `${pullPath(api, number)}/merge`,
		body: {
			type: 'pullrequest_merge_parameters',
			merge_strategy: chooseStrategy(before),
			close_source_branch: false,
		},
		what: `merge pull request ${number}`,
		expected: [400, 404, 409],
	} as const;
	const answer = await api.client.send(request, signal);
	if (answer.status === 200) {
		return await describeMerge(
			api,
			understand(api.client, request, () => readPull(answer.body)),
			signal,
		);
	}
	if (answer.status < 300) return await awaitMerge(api, number, signal);
	const words = readWords(answer.text);
	const after = findHindrance(await findPull(api, number, signal), head);
	if (after !== undefined) return after;
	if (/conflict/i.test(words)) return { kind: 'conflict' };
	return { kind: 'blocked', reason: words || `Bitbucket answers ${answer.status}` };
}

function findHindrance(found: BitbucketPull | undefined, head: CommitId): MergeOutcome | undefined {
	if (found?.pull.state !== 'open') return { kind: 'notOpen' };
	if (found.headHash === undefined || !head.startsWith(found.headHash)) return { kind: 'moved' };
	return found.pull.isDraft ? { kind: 'blocked', reason: 'it is a draft' } : undefined;
}

/** A merge commit where the base takes one, else what it takes by default. */
function chooseStrategy({ strategies, strategy }: BitbucketPull): string {
	const isTaken = strategies.length === 0 || strategies.includes('merge_commit');
	return isTaken ? 'merge_commit' : (strategy ?? strategies[0] ?? 'merge_commit');
}

async function awaitMerge(api: BitbucketApi, number: number, signal: AbortSignal): Promise<MergeOutcome> {
	for (let left = tries; left > 0; left -= 1) {
		await api.clock.sleep(pause, signal);
		const found = await findPull(api, number, signal);
		if (found?.pull.state === 'merged') return await describeMerge(api, found, signal);
		if (found?.pull.state !== 'open') return { kind: 'notOpen' };
	}
	return { kind: 'blocked', reason: 'Bitbucket is still merging it' };
}

async function describeMerge(
	api: BitbucketApi,
	{ mergeHash }: BitbucketPull,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	const commit = await findWholeCommit(api, mergeHash, signal).catch((error: unknown) => {
		if (signal.aborted) throw error;
	});
	return commit === undefined ? { kind: 'merged' } : { kind: 'merged', commit };
}
