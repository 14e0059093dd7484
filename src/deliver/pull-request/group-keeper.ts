// Brings one group's pull request to what its policies want, from whatever is found at the server.
import type { PullRequestChange } from '../../model/change.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { PullRequestSettings } from '../../model/policy.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { PullRequest } from '../../model/ports/forge.ts';
import { parseBranch } from '../../model/pull-request.ts';
import { renderReason } from '../../model/reason.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { nextStep } from './next-step.ts';
import type { LastPage } from './page.ts';
import { type GroupWishes, readSight, type Sight, type SightSource } from './sight.ts';
import { judgeSteadiness, type Steadiness } from './steadiness.ts';
import type { Settled } from './step.ts';
import type { StepRules, Withdrawal } from './step-rules.ts';
import type { StepTaker } from './step-taker.ts';
import { takeStep } from './take-step.ts';
import type { Branch, Wish, Wishes } from './wishes.ts';

export interface GroupKeeperParts extends SightSource, StepTaker {
	readonly clock: Clock;
	readonly wishes: Wishes;
	readonly settings: () => PullRequestSettings;
	/** Whether this process may still write for the policy. */
	readonly leads: (policy: PolicyKey) => boolean;
	/** How many are open now. */
	readonly openCount: () => number;
	/** Whether one more may be opened now. */
	readonly mayOpen: () => boolean;
	readonly fileUrl?: (path: string, commit: string) => string | undefined;
	/** When this process began. */
	readonly startedAt: Instant;
	/** Whether the policy asked for nothing at some time since then. */
	readonly hasRested: (policy: PolicyKey) => boolean;
	/** Pull requests that could not be opened again. */
	readonly stuck: ReadonlySet<number>;
}

/** How a group stands once there is nothing to do for now. */
export interface Tended {
	readonly sight: Sight;
	readonly settled: Settled;
}

/** What is remembered of a group between two looks: for words, not for what is done. */
export interface GroupMemory {
	/** What it asked for last. */
	lastChanges: readonly PullRequestChange[];
	/** Since when it asks for nothing. */
	restsSince?: Instant;
	readonly steadiness: Steadiness;
	readonly lastPage: LastPage;
}

/** Looks in a row that end in a surprise before it is left for later. */
const mostLooks = 8;

/** Steps between two looks: far more than there are kinds of them. */
const mostSteps = 60;

/** A wish that no pass confirmed for this long is asked about before it is merged. */
const freshFor: Milliseconds = 60_000;

/** Where the server keeps moving under us. */
const laterOn: Milliseconds = 5_000;

/** Looks and takes steps until nothing is left to do. Throws ProblemError, or its ForgeError. */
export async function tendGroup(
	parts: GroupKeeperParts,
	branch: Branch,
	memory: GroupMemory,
	signal: AbortSignal,
): Promise<Tended | undefined> {
	const wants = parts.wishes.wanted(branch).length > 0;
	const unsteadyUntil = judgeSteadiness(memory.steadiness, wants, parts.clock.now());
	const tended = await tendAs(parts, branch, { memory, isBelieved: unsteadyUntil === undefined }, signal);
	if (tended === undefined || unsteadyUntil === undefined) return tended;
	const { lookAt = unsteadyUntil } = tended.settled;
	return { ...tended, settled: { ...tended.settled, lookAt: Math.min(lookAt, unsteadyUntil) } };
}

interface Tending {
	readonly memory: GroupMemory;
	/** What is wanted counts; else it is as if nothing were. */
	readonly isBelieved: boolean;
}

async function tendAs(
	parts: GroupKeeperParts,
	branch: Branch,
	tending: Tending,
	signal: AbortSignal,
): Promise<Tended | undefined> {
	for (let looks = 0; looks < mostLooks; looks += 1) {
		const tended = await lookAndAct(parts, branch, tending, signal);
		if (tended !== 'again') return tended;
	}
	const wishes = wishesOf(parts, branch, tending);
	if (wishes === undefined) return undefined;
	const sight = await readSight(parts, wishes, signal);
	return { sight, settled: { kind: 'settled', lookAt: parts.clock.now() + laterOn } };
}

/** One look, and steps from it for as long as they leave no doubt about what is seen then. */
async function lookAndAct(
	parts: GroupKeeperParts,
	branch: Branch,
	tending: Tending,
	signal: AbortSignal,
): Promise<Tended | undefined | 'again'> {
	const { memory } = tending;
	const wishes = wishesOf(parts, branch, tending);
	if (wishes === undefined) return undefined;
	let sight: Sight | undefined = mayAct(parts, branch) ? await readSight(parts, wishes, signal) : undefined;
	for (let steps = 0; steps < mostSteps && sight !== undefined; steps += 1) {
		remember(memory, sight);
		const step = nextStep(sight, rulesOf(parts, branch, memory));
		if (step.kind === 'settled') return { sight, settled: step };
		signal.throwIfAborted();
		if (!mayAct(parts, branch)) return undefined;
		sight = await takeStep(parts, sight, step, signal);
	}
	return mayAct(parts, branch) ? 'again' : undefined;
}

function wishesOf(
	{ wishes, clock, startedAt, hasRested }: GroupKeeperParts,
	branch: Branch,
	{ isBelieved }: Tending,
): GroupWishes | undefined {
	const group = wishes.group(branch) ?? parseBranch(branch);
	if (group === undefined) return undefined;
	return {
		group,
		now: clock.now(),
		isComplete: wishes.isComplete(branch),
		isVetoed: wishes.askers(branch).some((policy) => isVetoed(wishes.of(policy))),
		wanted: isBelieved ? wishes.wanted(branch).map(({ change }) => change) : [],
		mayBeOld: ({ policy, shift }) => shift.episode.since >= startedAt && !hasRested(policy),
	};
}

function isVetoed(wish: Wish | undefined): boolean {
	if (wish?.kind !== 'rests' || wish.why.kind !== 'stopped') return false;
	return wish.why.reasons.some(({ code }) => code === 'Vetoed');
}

/** A group that lost all its policies is for whoever leads any others. */
function mayAct({ wishes, leads }: GroupKeeperParts, branch: Branch): boolean {
	const askers = wishes.askers(branch);
	if (askers.length > 0) return askers.every(leads);
	return wishes.branches().some((other) => wishes.askers(other).some(leads));
}

function remember(memory: GroupMemory, { draft, now }: Sight): void {
	if (draft.edited.length > 0) {
		memory.lastChanges = draft.edited;
		delete memory.restsSince;
	} else memory.restsSince ??= now;
}

function rulesOf(parts: GroupKeeperParts, branch: Branch, memory: GroupMemory): StepRules {
	const { text, clock, wishes, fileUrl, settings, openCount, mayOpen, stuck } = parts;
	const now = clock.now();
	return {
		text,
		settings: settings(),
		...(fileUrl && { fileUrl }),
		lastChanges: memory.lastChanges,
		lastPage: memory.lastPage,
		openCount: openCount(),
		mayOpen: mayOpen(),
		mayReopen: ({ number }: PullRequest) => !stuck.has(number),
		isFresh: wishes.wanted(branch).every(({ seenAt }) => seenAt >= now - freshFor),
		withdrawal: describeWithdrawal(parts, branch, memory),
	};
}

/** Why nothing is wanted any more, in the words of those that asked last. */
function describeWithdrawal(
	{ wishes, clock }: GroupKeeperParts,
	branch: Branch,
	{ lastChanges, restsSince = clock.now() }: GroupMemory,
): Withdrawal {
	const askers = lastChanges.length > 0 ? lastChanges.map(({ policy }) => policy) : wishes.askers(branch);
	const rests = askers.flatMap((policy) => {
		const wish = wishes.of(policy);
		return wish?.kind === 'rests' ? [wish.why] : [];
	});
	const isFinal = rests.length > 0 && rests.every(({ kind }) => kind !== 'unneeded');
	const [first] = rests;
	return {
		since: restsSince,
		why: first === undefined ? 'its policies do not ask for anything any more' : describeRest(first),
		isFinal,
	};
}

type Why = Extract<ReturnType<Wishes['of']>, { kind: 'rests' }>['why'];

/** Reasons in a withdrawal's words; the rest can be read in the log. */
const toldReasons = 3;

function describeRest(why: Why): string {
	switch (why.kind) {
		case 'overtaken':
			return why.by === 'Commit' ? 'the ladder committed it to the branch' : 'the ladder wrote it directly';
		case 'unneeded':
		case 'stopped':
			return why.reasons.slice(0, toldReasons).map(renderReason).join('; ');
	}
}
