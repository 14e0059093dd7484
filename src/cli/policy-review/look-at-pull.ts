// One look at the head of one pull request.
import type { PullRequest } from '../../model/ports/forge.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { ProblemError } from '../../model/problem.ts';
import { claimHead, readClaim } from './claim.ts';
import { readHeadChange, touchesPolicies } from './head-change.ts';
import type { HeadChange } from './merged-view.ts';
import { planReading } from './plan-reading.ts';
import { publish, withdraw } from './publish.ts';
import type { ChangeReading } from './read-change.ts';
import { judgeReading } from './review-text.ts';
import { type HeadState, type Look, statusContext } from './session.ts';

/** What a look came to. */
export type LookEnd =
	/** There is nothing more to do about this head. */
	| 'done'
	/** Another Spillway looks at it, or it may not be the head any more. */
	| 'waiting';

/** A head that the server does not give out this often is judged by that. */
const maxUnfetched = 3;

/** What is wrong with the policies is told, what they would move as well, and the status at the end. Throws ProblemError. */
export async function lookAtPull(look: Look, pull: PullRequest, signal: AbortSignal): Promise<LookEnd> {
	const { parts, state } = look;
	if (state.verdict === undefined) {
		const claim = await readClaim(look, signal);
		if (claim !== 'ours') return claim === 'judged' ? 'done' : 'waiting';
		const verdict = await judge(look, pull, signal);
		if (typeof verdict === 'string') return verdict;
		state.verdict = verdict;
	}
	await parts.forge.setStatus(state.head, { context: statusContext, ...state.verdict }, signal);
	return 'done';
}

type Verdict = NonNullable<HeadState['verdict']>;

async function judge(look: Look, pull: PullRequest, signal: AbortSignal): Promise<Verdict | LookEnd> {
	const { parts, state } = look;
	const { repository, base } = await look.readBase(signal);
	if (!(await fetchHead(look, repository, signal))) {
		return {
			state: 'failure',
			description: 'the Git server does not give out this commit: push another one',
		};
	}
	const change = await readHeadChange(repository, { base, head: state.head }, signal);
	if (!(await touchesPolicies(repository, change, signal))) {
		await withdraw(look, pull, signal);
		return { state: 'success', description: 'no policies changed' };
	}
	const claim = await claimHead(look, signal);
	if (claim !== 'ours') return claim === 'judged' ? 'done' : 'waiting';
	const reading = await readWithinLimits(look, { repository, change }, signal);
	if (reading === undefined) {
		return {
			state: 'failure',
			description: 'more is changed than Spillway reads of one pull request: split it up',
		};
	}
	const plan = await planReading(parts, { pull, reading, clusters: look.clusters }, signal);
	// It may have been closed or pushed to meanwhile: then this is old news, and the next list tells.
	if (!(await isCurrent(look, pull, signal))) return 'waiting';
	await publish(look, { pull, reading, plan }, signal);
	const { news, changed } = reading;
	parts.log.info('policies of a pull request were looked at', {
		pull: pull.url,
		commit: state.head,
		problems: news.length,
		changed: changed.length,
	});
	return judgeReading(reading);
}

/** False once it is clear that it is this commit that cannot be had. */
async function fetchHead({ state }: Look, repository: Repository, signal: AbortSignal): Promise<boolean> {
	try {
		await repository.history(state.head, 1, signal);
		return true;
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ProblemError) || error.problem.code !== 'E_GIT_UNREACHABLE') throw error;
		state.unfetched += 1;
		if (state.unfetched < maxUnfetched) throw error;
		return false;
	}
}

async function readWithinLimits(
	{ parts }: Look,
	{ repository, change }: { readonly repository: Repository; readonly change: HeadChange },
	signal: AbortSignal,
): Promise<ChangeReading | undefined> {
	try {
		return await parts.readChange(repository, change, signal);
	} catch (error) {
		if (error instanceof ProblemError && error.problem.code === 'E_LIMIT') return undefined;
		throw error;
	}
}

async function isCurrent(
	{ parts: { forge }, state }: Look,
	{ number }: PullRequest,
	signal: AbortSignal,
): Promise<boolean> {
	const now = await forge.read(number, signal);
	const isSame = (commit: CommitId | undefined): boolean => commit === undefined || commit === state.head;
	return now?.state === 'open' && isSame(now.headCommit);
}
