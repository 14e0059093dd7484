import type { AutoMergeOutcome, MergeOutcome } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Milliseconds } from '../../model/time.ts';
import { apiPath } from '../http/api-path.ts';
import { type ForgeAnswer, understand } from '../http/client.ts';
import { asFields, findFields, findText } from '../http/fields.ts';
import { readWords } from '../http/said.ts';
import type { GiteaApi } from './gitea-api.ts';
import { findPull } from './pulls.ts';

/** While Gitea tries a merge out it wants it asked for later: that often, and that far apart. */
const tries = 4;
const pause: Milliseconds = 500;

/** The ways of merging by the settings that allow them, the one that is preferred first. */
const styles: readonly (readonly [style: string, setting: string])[] = [
	['merge', 'allow_merge_commits'],
	['squash', 'allow_squash_merge'],
	['rebase-merge', 'allow_rebase_explicit'],
	['rebase', 'allow_rebase'],
	['fast-forward-only', 'allow_fast_forward_only_merge'],
];

export async function mergePull(
	api: GiteaApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome> {
	const style = await chooseStyle(api, signal);
	for (let left = tries; left > 0; left -= 1) {
		const answer = await askToMerge(api, number, { Do: style, head_commit_id: head }, signal);
		const outcome = readOutcome(answer);
		if (outcome.kind === 'merged') return await describeMerge(api, number, signal);
		if (outcome.kind !== 'busy') return outcome;
		await api.clock.sleep(pause, signal);
		const hindrance = await findHindrance(api, number, head, signal);
		if (hindrance !== undefined && (hindrance.kind !== 'conflict' || left === 1)) return hindrance;
	}
	return { kind: 'blocked', reason: 'the forge is still trying the merge out' };
}

/** What stands in the way of a merge, as far as the pull request tells; a conflict may pass. */
async function findHindrance(
	api: GiteaApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<MergeOutcome | undefined> {
	const found = await findPull(api, number, signal);
	if (found?.pull.state !== 'open') return { kind: 'notOpen' };
	if (found.pull.headCommit !== head) return { kind: 'moved' };
	return found.isMergeable ? undefined : { kind: 'conflict' };
}

/**
 * Not used: what Gitea is to merge later is whatever the head is by then, whoever pushed it. A merge that is asked for
 * again and again is bound to the commit that was looked at.
 */
export async function enableAutoMerge(
	api: GiteaApi,
	number: number,
	head: CommitId,
	signal: AbortSignal,
): Promise<AutoMergeOutcome> {
	const found = await findPull(api, number, signal);
	if (found?.pull.state !== 'open') return { kind: 'unavailable', reason: 'it is not open' };
	if (found.pull.headCommit !== head) return { kind: 'moved' };
	return { kind: 'unavailable', reason: 'Gitea’s auto-merge is not bound to a commit' };
}

/** Of one that a person asked for. */
export async function disableAutoMerge(
	{ client, repository }: GiteaApi,
	number: number,
	signal: AbortSignal,
): Promise<void> {
	const path = `${repository}${apiPath`/pulls/${number}/merge`}`;
	const what = `call off the merge of pull request ${number}`;
	await client.send({ method: 'DELETE', path, what, expected: [404] }, signal);
}

function askToMerge(
	{ client, repository }: GiteaApi,
	number: number,
	body: object,
	signal: AbortSignal,
): Promise<ForgeAnswer> {
	const path = `${repository}${apiPath`/pulls/${number}/merge`}`;
	const what = `merge pull request ${number}`;
	return client.send({ method: 'POST', path, body, what, expected: [404, 405, 409, 500] }, signal);
}

function readOutcome(answer: ForgeAnswer): MergeOutcome | { readonly kind: 'busy' } {
	const { status, body, text } = answer;
	const words = readWords(text);
	if (status < 300) return { kind: 'merged' };
	// Gitea hides one that is closed.
	if (status === 404 || /already merged/i.test(words)) return { kind: 'notOpen' };
	if (/head out of date/i.test(words)) return { kind: 'moved' };
	// The merge itself was tried and failed.
	if (findFields(body)?.['StdOut'] !== undefined) return { kind: 'conflict' };
	if (isBusy(status, words)) return { kind: 'busy' };
	return { kind: 'blocked', reason: words || `the forge answers ${status}` };
}

/**
 * It tries the merge out, merges something else into the base, or merges this one for somebody else, whom it answers:
 * then it fails for us. Only a look tells which.
 */
function isBusy(status: number, words: string): boolean {
	return status === 500 || /try again later|cannot lock ref/i.test(words);
}

/** The commit, where Gitea tells already. */
async function describeMerge(api: GiteaApi, number: number, signal: AbortSignal): Promise<MergeOutcome> {
	const found = await findPull(api, number, signal).catch((error: unknown) => {
		if (signal.aborted) throw error;
	});
	const commit = found?.pull.mergeCommit;
	return commit === undefined ? { kind: 'merged' } : { kind: 'merged', commit };
}

/** A merge commit where the repository allows it, else its default, else whatever it allows. */
async function chooseStyle({ client, repository }: GiteaApi, signal: AbortSignal): Promise<string> {
	const request = { method: 'GET', path: repository, what: 'read the repository' } as const;
	const { body } = await client.send(request, signal);
	const settings = understand(client, request, () => asFields(body, 'repository'));
	const allowed = styles.filter(([, setting]) => settings[setting] === true).map(([style]) => style);
	const preferred = findText(settings, 'default_merge_style');
	const isPreferredAllowed = preferred !== undefined && allowed.includes(preferred);
	if (allowed.includes('merge') || (allowed.length === 0 && !isPreferredAllowed)) return 'merge';
	return isPreferredAllowed ? preferred : (allowed[0] ?? 'merge');
}
