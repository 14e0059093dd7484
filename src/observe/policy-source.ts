import { backOff } from '../model/backoff.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { CommitVerifier } from '../model/ports/commit-verifier.ts';
import type { CommitId, Repository } from '../model/ports/repository.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { type BranchHints, createAwaitedCommit, waitForLook } from './branch-hints.ts';
import { createPolicyReader, type PolicyRevision } from './policy-reader.ts';

export interface PolicySourceParts {
	readonly repository: Repository;
	/** Absent: every commit of the branch counts. */
	readonly verifier?: CommitVerifier | undefined;
	/** Absent: nobody says when the branch has moved. */
	readonly hints?: BranchHints | undefined;
	readonly clock: Clock;
	readonly random: Random;
	/** How often the branch is looked at. */
	readonly interval: Milliseconds;
	/** Called with each new tip that counts, the first included. */
	readonly onRevision: (revision: PolicyRevision) => void;
	/**
	 * Called when the repository cannot be read, and once for each tip that is not trusted; what was read before
	 * stays in force.
	 */
	readonly onProblem: (problem: Problem) => void;
	/** Called when the repository can be read again after it could not. */
	readonly onReturn?: () => void;
}

/** Follows the branch until aborted. */
export async function followPolicies(parts: PolicySourceParts, signal: AbortSignal): Promise<void> {
	const { clock, random, interval, hints } = parts;
	const look = tellReturn(createLook(parts), parts);
	const awaited = createAwaitedCommit();
	let failures = 0;
	while (!signal.aborted) {
		const lookedAt = clock.now();
		const hint = hints?.take();
		if (hint !== undefined) awaited.expect(hint, lookedAt);
		const tip = await look(signal);
		failures = tip === undefined ? failures + 1 : 0;
		if (tip !== undefined) awaited.see(tip);
		const span = failures === 0 ? interval : Math.min(interval, backOff(failures - 1, random));
		const now = clock.now();
		const due = Math.min(now + span, awaited.nextLook(now) ?? Number.POSITIVE_INFINITY);
		await waitForLook({ clock, hints, lookedAt, due }, signal);
	}
}

/** Looks at the branch once: its tip, or undefined when it could not be read. */
type Look = (signal: AbortSignal) => Promise<CommitId | undefined>;

function createLook(parts: PolicySourceParts): Look {
	const { repository, verifier, onRevision, onProblem } = parts;
	const reader = createPolicyReader(repository);
	const judge = createJudge(verifier, onProblem);
	/** The commit in force. */
	let seen: CommitId | undefined;

	const lookOnce: Look = async (signal) => {
		const tip = await repository.refresh(signal);
		if (tip === seen || !(await judge(tip, seen, signal))) return tip;
		onRevision(await reader.read(tip, signal));
		const before = seen;
		seen = tip;
		// Only now: what the tip says has not waited for it. A verifier has asked before.
		if (verifier === undefined) await warnOfRewrite(parts, { before, tip }, signal);
		return tip;
	};
	return async (signal) => {
		try {
			return await lookOnce(signal);
		} catch (error) {
			if (signal.aborted) return seen;
			if (!(error instanceof ProblemError)) throw error;
			onProblem(error.problem);
			return undefined;
		}
	};
}

/** Tells that the repository can be read again after it could not. */
function tellReturn(look: Look, { onReturn }: PolicySourceParts): Look {
	let isAway = false;
	return async (signal) => {
		const tip = await look(signal);
		if (isAway && tip !== undefined) onReturn?.();
		isAway = tip === undefined;
		return tip;
	};
}

type Judge = (tip: CommitId, trusted: CommitId | undefined, signal: AbortSignal) => Promise<boolean>;

/** Whether a tip may come into force. What is wrong with it is told once, unless the reason becomes another. */
function createJudge(verifier: CommitVerifier | undefined, onProblem: (problem: Problem) => void): Judge {
	let told = '';
	return async (tip, trusted, signal) => {
		const trust = await verifier?.verify(tip, trusted, signal);
		if (trust === undefined || trust.kind === 'trusted') return true;
		const said = `${tip} ${trust.problem.message}`;
		if (said !== told) onProblem(trust.problem);
		told = said;
		return false;
	};
}

interface Move {
	readonly before: CommitId | undefined;
	readonly tip: CommitId;
}

async function warnOfRewrite(
	{ repository, onProblem }: PolicySourceParts,
	{ before, tip }: Move,
	signal: AbortSignal,
): Promise<void> {
	if (before === undefined || !(await isRewritten(repository, { before, tip }, signal))) return;
	const [was, is] = [before, tip].map((commit) => commit.slice(0, 12));
	const message = `${repository.branch} was rewritten: ${was} is no longer in it, policies are those of ${is}`;
	onProblem(problem('W_BASE_REWRITTEN', { where: { kind: 'named', name: repository.url }, message }));
}

async function isRewritten(
	repository: Repository,
	{ before, tip }: Required<Move> & { readonly before: CommitId },
	signal: AbortSignal,
): Promise<boolean> {
	try {
		return (await repository.ancestry(before, tip, signal)) === 'rewritten';
	} catch (error) {
		// What cannot be told is no reason to warn.
		if (error instanceof ProblemError) return false;
		throw error;
	}
}
