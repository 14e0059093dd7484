// Pull requests that change policies: what is wrong is told in a review, what they would move in a comment, and both in
// a status. Looks at the forge from time to time, by itself: nothing of it holds a failover up.
import { backOff } from '../../model/backoff.ts';
import { withinDeadline } from '../../model/deadline.ts';
import { ForgeError, type PullRequest } from '../../model/ports/forge.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { formatProblem, ProblemError } from '../../model/problem.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { lookAtPull } from './look-at-pull.ts';
import { createHeadState, type HeadState, type Look, type PolicyReviewParts } from './session.ts';

export interface PolicyReview {
	/** Somebody says that there is news of a pull request, or of whichever. */
	hint(number?: number): void;
	/** Runs until aborted. Never throws. */
	run(signal: AbortSignal): Promise<void>;
}

/** How often the forge is asked, and how often while nothing is open. */
const interval: Milliseconds = 60_000;
const idleInterval: Milliseconds = 300_000;

/** Hints bring a look forward, but not closer to the last one than this. */
const shortestInterval: Milliseconds = 5_000;

/** So many heads are looked at in one round; the others follow in the next one. */
const maxHeads = 20;

/** A look at one head that takes longer than this comes to nothing. */
const lookPatience: Milliseconds = 300_000;

/** What only people can mend is tried again this rarely, and then more and more rarely. */
const slowest: Milliseconds = 3_600_000;

/** Failures in a row after which something is not expected to be over soon. */
const impatience = 4;

/** What goes on is told again after this long. */
const quiet: Milliseconds = 3_600_000;

/** What is remembered to have been told; beyond that some is told early. */
const maxTold = 100;

interface Review {
	readonly parts: PolicyReviewParts;
	readonly heads: Map<number, HeadState>;
	/** Fails again with the next round where it fails. */
	repository: Repository | undefined;
	/** Rounds in a row that came to nothing. */
	failures: number;
	/** When what was logged. */
	readonly told: Map<string, Instant>;
}

export function createPolicyReview(parts: PolicyReviewParts): PolicyReview {
	const { clock } = parts;
	const review: Review = { parts, heads: new Map(), repository: undefined, failures: 0, told: new Map() };
	let hinted = new AbortController();
	return {
		hint(number) {
			const state = number === undefined ? undefined : review.heads.get(number);
			if (state !== undefined && state.failures === 0) state.due = clock.now();
			hinted.abort();
		},
		async run(signal) {
			while (!signal.aborted) {
				const began = clock.now();
				hinted = new AbortController();
				const { next, isBarred } = await runRound(review, signal);
				// A forge that asks for peace gets it.
				const either = isBarred ? signal : AbortSignal.any([signal, hinted.signal]);
				await clock.sleep(Math.max(0, next - clock.now()), either).catch(() => undefined);
				const rest = began + shortestInterval - clock.now();
				if (rest > 0) await clock.sleep(rest, signal).catch(() => undefined);
			}
		},
	};
}

interface RoundEnd {
	readonly next: Instant;
	/** Not before that, whatever hints say. */
	readonly isBarred: boolean;
}

/** Looks at whatever is open. What goes wrong is logged, and tried again. */
async function runRound(review: Review, signal: AbortSignal): Promise<RoundEnd> {
	const { parts, heads } = review;
	const calm = { next: parts.clock.now() + interval, isBarred: false };
	try {
		const clusters = parts.clusters();
		if (!parts.leads() || clusters === undefined) return calm;
		const pulls = await listPulls(review, signal);
		await lookAtAll(review, { pulls, clusters }, signal);
		review.failures = 0;
		const idle = heads.size === 0 ? idleInterval : interval;
		const dues = [...heads.values()].filter(({ isDone }) => !isDone).map(({ due }) => due);
		const now = parts.clock.now();
		return { next: Math.max(now, Math.min(now + idle, ...dues)), isBarred: false };
	} catch (error) {
		if (signal.aborted) return calm;
		review.failures += 1;
		tell(review, error);
		// Whatever is wrong with the forge, it is looked at again before long.
		const wait = Math.min(idleInterval, waitAfter(review, error, review.failures));
		const said = error instanceof ForgeError ? (error.retryAfter ?? 0) : 0;
		return { next: parts.clock.now() + Math.max(wait, said), isBarred: true };
	}
}

/** Open ones that are to be merged into our branch, the oldest first; heads of all others are forgotten. */
async function listPulls(
	{ parts, heads }: Review,
	signal: AbortSignal,
): Promise<readonly (PullRequest & { readonly headCommit: CommitId })[]> {
	const open = await parts.forge.listOpen(signal);
	const pulls = open.flatMap((pull) => {
		const { headCommit, base } = pull;
		return headCommit === undefined || base !== parts.branch ? [] : { ...pull, headCommit };
	});
	const numbers = new Set(pulls.map(({ number }) => number));
	for (const number of heads.keys()) if (!numbers.has(number)) heads.delete(number);
	for (const { number, headCommit } of pulls) {
		if (heads.get(number)?.head === headCommit) continue;
		heads.set(number, createHeadState(headCommit, parts.clock.now()));
	}
	return pulls.sort((a, b) => a.number - b.number);
}

interface Round extends Pick<Look, 'clusters'> {
	readonly pulls: readonly PullRequest[];
}

/** Throws where there is no use in going on with others. */
async function lookAtAll(review: Review, { pulls, clusters }: Round, signal: AbortSignal): Promise<void> {
	const { parts, heads } = review;
	const readBase = createBase(review);
	const now = parts.clock.now();
	const due = pulls.flatMap((pull) => {
		const state = heads.get(pull.number);
		return state === undefined || state.isDone || state.due > now ? [] : { pull, state };
	});
	for (const { pull, state } of due.slice(0, maxHeads)) {
		const error = await tryToLook({ parts, state, clusters, readBase }, pull, signal);
		if (error === undefined) continue;
		state.failures += 1;
		state.due = parts.clock.now() + waitAfter(review, error, state.failures);
		if (error instanceof ForgeError && error.retry === 'soon') throw error;
		tell(review, error);
	}
}

/** Returns what went wrong, but for an abort. */
async function tryToLook(look: Look, pull: PullRequest, signal: AbortSignal): Promise<unknown> {
	const { parts, state } = look;
	try {
		const end = await withinDeadline(parts.clock, lookPatience, signal, (life) =>
			lookAtPull(look, pull, life),
		);
		state.isDone = end === 'done';
		state.due = parts.clock.now() + interval;
		state.failures = 0;
		return undefined;
	} catch (error) {
		if (signal.aborted) throw error;
		return error;
	}
}

/** Asked by the first head that needs it, and then the same for all of the round. */
function createBase(review: Review): Look['readBase'] {
	let reading: ReturnType<Look['readBase']> | undefined;
	const read: Look['readBase'] = async (signal) => {
		review.repository ??= await review.parts.openRepository(signal);
		return { repository: review.repository, base: await review.repository.refresh(signal) };
	};
	return (signal) => {
		reading ??= read(signal);
		return reading;
	};
}

function waitAfter({ parts: { random } }: Review, error: unknown, failures: number): Milliseconds {
	const patient = Math.min(slowest, idleInterval * 2 ** Math.min(failures - 1, 10));
	if (!(error instanceof ProblemError)) return patient;
	if (!(error instanceof ForgeError)) return Math.max(interval, backOff(failures, random));
	// One head that fails again and again must not keep the others from their turn.
	const isPassing = error.retry === 'soon' && failures < impatience;
	const wait = isPassing ? interval / 2 + backOff(failures, random) : patient;
	return Math.max(wait, error.retryAfter ?? 0);
}

function tell({ parts, told }: Review, error: unknown): void {
	const said = error instanceof ProblemError ? formatProblem(error.problem) : String(error);
	const now = parts.clock.now();
	const before = told.get(said);
	if (before !== undefined && now - before < quiet) return;
	if (told.size >= maxTold) told.clear();
	told.set(said, now);
	const message = 'policies of pull requests cannot be looked at';
	if (error instanceof ProblemError) parts.log.warn(message, { problem: said });
	else parts.log.error(message, { error: error instanceof Error ? (error.stack ?? said) : said });
}
