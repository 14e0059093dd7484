import type { Clock } from '../model/ports/clock.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { createRecent } from './recent.ts';

/**
 * Words from outside, such as a webhook's, that the branch may have moved. They only bring a look forward: what is
 * true is read from the repository, and a word that is lost is made up for by the next look.
 */
export interface BranchHints {
	/** Costs nothing, however often it is called. `commit`: where the branch is said to be now. */
	hint(commit?: CommitId): void;
	/** The newest word since this was last asked. */
	take(): BranchHint | undefined;
	/** Calls back once, at the next word. Only one may wait. */
	await(onHint: () => void): void;
}

export interface BranchHint {
	readonly commit: CommitId | undefined;
}

export function createBranchHints(): BranchHints {
	let latest: BranchHint | undefined;
	let wake: (() => void) | undefined;
	return {
		hint(commit) {
			latest = { commit: commit ?? latest?.commit };
			wake?.();
			wake = undefined;
		},
		take() {
			const taken = latest;
			latest = undefined;
			return taken;
		},
		await(onHint) {
			wake = onHint;
			if (latest !== undefined) onHint();
		},
	};
}

/** Between two looks, whatever the words. */
export const hintInterval: Milliseconds = 1_000;

/**
 * When to look again, counted from the word, for a commit that is not visible yet: a forge may send its word before
 * all of its servers have the commit.
 */
const retries: readonly Milliseconds[] = [
	2_000,
	...Array.from({ length: 12 }, (_, step) => 5_000 * (step + 1)),
];

/** Tips that are remembered, so that a word about one of them is known to be old. */
const maxTips = 64;

/** A commit that was announced and is not there yet. */
export interface AwaitedCommit {
	/** To be called with each word, before the look that it brings about. */
	expect(hint: BranchHint, at: Instant): void;
	/** To be called with each tip that was found. */
	see(tip: CommitId): void;
	/** When to look for it again; never, once it was seen, another one was announced, or a minute is over. */
	nextLook(now: Instant): Instant | undefined;
}

export function createAwaitedCommit(): AwaitedCommit {
	const tips = createRecent<CommitId>(maxTips);
	let awaited: { readonly commit: CommitId; readonly since: Instant } | undefined;
	return {
		expect({ commit }, at) {
			const isNew = commit !== undefined && commit !== awaited?.commit && !tips.has(commit);
			if (isNew) awaited = { commit, since: at };
		},
		see(tip) {
			tips.add(tip);
			if (awaited?.commit === tip) awaited = undefined;
		},
		nextLook(now) {
			if (awaited === undefined) return undefined;
			const { since } = awaited;
			const span = retries.find((each) => since + each > now);
			if (span === undefined) awaited = undefined;
			return span === undefined ? undefined : since + span;
		},
	};
}

export interface LookWait {
	readonly clock: Clock;
	readonly hints: BranchHints | undefined;
	/** When the last look began. */
	readonly lookedAt: Instant;
	/** When to look again without any word. */
	readonly due: Instant;
}

/** Waits until the next look is due, or a word comes; never less than a second after the last look for a word. */
export async function waitForLook(
	{ clock, hints, lookedAt, due }: LookWait,
	signal: AbortSignal,
): Promise<void> {
	const hinted = new AbortController();
	hints?.await(() => hinted.abort());
	const sleep = async (until: Instant, stop: AbortSignal): Promise<void> => {
		if (until > clock.now()) await clock.sleep(until - clock.now(), stop).catch(() => undefined);
	};
	await sleep(due, AbortSignal.any([signal, hinted.signal]));
	if (hinted.signal.aborted) await sleep(Math.min(due, lookedAt + hintInterval), signal);
}
