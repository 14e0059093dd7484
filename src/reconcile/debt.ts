// Weights that were written directly while Git lagged are owed to Git. They are committed as soon as that goes, or people
// are asked to merge them, and once the syncer has the commit it is let go of. What is not in the ledger, the live objects tell.
import type { Decision, PendingShift, PolicyMemory } from '../model/decision.ts';
import { type LiveTarget, liveWeights } from '../model/live-target.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { CommitId } from '../model/ports/repository.ts';
import type { PullRequestView } from '../model/pull-request.ts';
import type { Receipt } from '../model/receipt.ts';
import { carries } from '../model/target-rules.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { Weights } from '../model/weights.ts';
import { asksForDebt, type Debt, planPayment } from './debt-payment.ts';
import { mayAsk } from './ladder.ts';
import {
	type DebtReport,
	type PassEnd,
	type PassInput,
	type PassParts,
	syncPatience,
} from './pass-report.ts';
import { commitsOf, noteWritten } from './sync-wait.ts';

/** How long a pass waits for Git: a backend may fail meanwhile, which must not wait. */
const commitPatience: Milliseconds = 2_000;

/** How often the syncer is asked whether it has the commit, should its news be missed. */
const syncerPatience: Milliseconds = 10_000;

/** What a debt comes to in a pass, and when it wants another one. */
export interface DebtEnd {
	readonly debt: DebtReport;
	readonly dueAt?: Instant;
}

interface Owing {
	readonly input: PassInput;
	readonly debt: Debt;
	readonly live: LiveTarget;
	/** Something of ours keeps the syncer off. */
	readonly held: boolean;
}

/** Pays what is owed, as far as that goes now. `undefined` where nothing is. */
export async function payDebt(
	parts: PassParts,
	input: PassInput,
	{ decision, end }: { readonly decision: Decision; readonly end: PassEnd },
	signal: AbortSignal,
): Promise<DebtEnd | undefined> {
	const { policy, snapshot } = input;
	const now = parts.clock.now();
	const memory = parts.ledger.load(policy.key);
	if (snapshot.target.kind !== 'found') return dropDebt(parts, input, memory);
	const live = snapshot.target.target;
	const held =
		live.heldOff === 'spillway' || parts.syncers.holdsOff({ policy: policy.key, target: policy.target });
	if (memory.debt === undefined && !held) return undefined;
	const debt = memory.debt ?? { to: weightsNow(policy, live), since: now };
	if (memory.debt === undefined) parts.ledger.save(policy.key, { ...memory, debt });
	// The snapshot is older than what was written just now, and traffic was moved: all else has time until the next pass.
	if (end.escalated !== undefined) return { debt: { since: debt.since }, dueAt: now };
	const owing: Owing = { input, debt, live, held };
	const shift = parts.ledger.load(policy.key).pending;
	return decision.kind === 'shift' && shift !== undefined
		? await releaseFor(parts, owing, shift, signal)
		: await payBack(parts, owing, signal);
}

/** What does not exist owes nothing. */
function dropDebt(parts: PassParts, { policy, snapshot }: PassInput, memory: PolicyMemory): undefined {
	if (snapshot.target.kind !== 'missing' || memory.debt === undefined) return;
	const { debt: _, ...rest } = memory;
	parts.ledger.save(policy.key, rest);
}

function weightsNow({ backends }: FailoverPolicy, live: LiveTarget): Weights {
	const weights = liveWeights(live);
	return new Map(backends.map(({ service }) => [service, weights.get(service) ?? 0]));
}

/** A newer move is on its way: its commit pays the debt, and goes live once the syncer is let go of. */
async function releaseFor(
	parts: PassParts,
	owing: Owing,
	{ shift, committed }: PendingShift,
	signal: AbortSignal,
): Promise<DebtEnd> {
	if (committed === undefined) return { debt: { since: owing.debt.since } };
	const commits = commitsOf(parts.ledger.load(owing.input.policy.key), shift.to);
	return await releaseOnce(parts, owing, commits, signal);
}

/** Nothing else is to do: what is live is brought to Git, unless it is known to be there, and the syncer let go of. */
async function payBack(parts: PassParts, owing: Owing, signal: AbortSignal): Promise<DebtEnd> {
	const { input, debt, live } = owing;
	const { policy } = input;
	const memory = parts.ledger.load(policy.key);
	const now = parts.clock.now();
	const candidates = [memory.settled?.to, debt.to].filter((each) => each !== undefined);
	const to = candidates.find((each) => carries(live, each));
	if (to === undefined) return { debt: { since: debt.since } };
	const known = commitsOf(memory, to);
	const end = known.length === 0 ? undefined : await releaseOnce(parts, owing, known, signal);
	if (end?.debt.paid) return end;
	const asks = asksForDebt(policy, debt, parts.settings());
	// Whoever asks people is answered at once, and says all the time that it is still wanted.
	const isIdle = !parts.debts.isDue(policy.key, now) && !(asks && known.length === 0);
	if (isIdle) return end ?? { debt: { since: debt.since }, dueAt: now + syncerPatience };
	if (parts.duty(policy) !== 'write') return { debt: { since: debt.since } };
	const change = planPayment(parts, { input, debt, live, memory }, to);
	const receipt = asks
		? await parts.delivery.deliver(change, signal)
		: await parts.patient.deliver(change, commitPatience, signal);
	return await followDebt(parts, owing, { to, receipt }, signal);
}

async function followDebt(
	parts: PassParts,
	owing: Owing,
	{ to, receipt }: { readonly to: Weights; readonly receipt: Receipt | undefined },
	signal: AbortSignal,
): Promise<DebtEnd> {
	const { input, debt } = owing;
	const { key, target } = input.policy;
	// A person set other weights in Git meanwhile: those are let through.
	if (receipt?.kind === 'held') return await letGo(parts, owing, receipt.manual.commit, signal);
	const evidence =
		receipt?.kind === 'delivered' || receipt?.kind === 'unchanged' ? receipt.evidence : undefined;
	if (evidence?.kind !== 'committed') return waitForGit(parts, owing, receipt);
	// The branch may be rewritten, so it is looked at again, though rarely.
	parts.debts.note(key, parts.clock.now(), syncPatience);
	const memory = parts.ledger.load(key);
	const episode = memory.episode ?? {
		id: `${key}-${Math.floor(debt.since).toString(36)}`,
		since: debt.since,
	};
	const pushed = receipt?.kind === 'delivered';
	const noted = noteWritten(memory, { to, episode }, { commit: evidence.commit, pushed });
	parts.ledger.save(key, noted);
	parts.syncers.nudge(target.cluster, evidence.commit);
	return await releaseOnce(parts, owing, [...commitsOf(noted, to), evidence.commit], signal);
}

/** Git does not have it yet: people have to merge it, or it is tried again. */
function waitForGit(parts: PassParts, { input, debt }: Owing, receipt: Receipt | undefined): DebtEnd {
	const { policy } = input;
	const { key } = policy;
	const { since } = debt;
	const now = parts.clock.now();
	switch (receipt?.kind) {
		case 'requested': {
			const { pull, obstacle } = receipt;
			const blocker = obstacle?.message ?? describeRequest(pull);
			return { debt: { since, blocker }, dueAt: now + syncPatience };
		}
		case 'vetoed': {
			const { number } = receipt.veto;
			return { debt: { since, blocker: `pull request #${number} was closed, so Git stays as it is` } };
		}
		case 'rejected': {
			const { problem } = receipt;
			const isDiverted = problem.code === 'E_GIT_PROTECTED' && mayAsk(policy.failover.via, parts.settings());
			if (isDiverted)
				parts.ledger.save(key, { ...parts.ledger.load(key), debt: { ...debt, diverted: true } });
			const dueAt = isDiverted ? now : parts.debts.note(key, now);
			return { debt: { since, blocker: problem.message }, dueAt };
		}
		default: {
			const blocker = 'Git has not answered yet';
			return { debt: { since, blocker }, dueAt: parts.debts.note(key, now) };
		}
	}
}

function describeRequest(pull: PullRequestView | undefined): string {
	if (pull === undefined) return 'no pull request is open yet';
	return `pull request #${pull.number} is not merged${pull.blocker === undefined ? '' : `: ${pull.blocker}`}`;
}

/** Lets go of the syncer if what it applies from now on is one of these commits, or later. */
async function releaseOnce(
	parts: PassParts,
	owing: Owing,
	commits: readonly CommitId[],
	signal: AbortSignal,
): Promise<DebtEnd> {
	const { input, debt, live, held } = owing;
	const { target } = input.policy;
	const [commit] = commits;
	if (commit === undefined) return { debt: { since: debt.since } };
	if (!held) return await letGo(parts, owing, commit, signal);
	const view = await parts.syncers.look({ target, commits, live }, signal);
	if (view?.carries) return await letGo(parts, owing, commit, signal);
	const blocker = view === undefined ? 'spillway.yaml names no syncer for its cluster' : view.blocker?.detail;
	return {
		debt: { since: debt.since, ...(blocker === undefined ? {} : { blocker }) },
		dueAt: parts.clock.now() + syncerPatience,
	};
}

async function letGo(
	parts: PassParts,
	{ input, debt, live, held }: Owing,
	commit: CommitId,
	signal: AbortSignal,
): Promise<DebtEnd> {
	const { key, target } = input.policy;
	const { since } = debt;
	if (held) {
		if (parts.duty(input.policy) !== 'write') return { debt: { since } };
		const released = await parts.syncers.release({ policy: key, target, live, commit }, signal);
		if (released.kind === 'failed') {
			const dueAt = parts.debts.note(key, parts.clock.now());
			return { debt: { since, blocker: released.message }, dueAt };
		}
		if (released.object !== undefined) parts.onObject(target.cluster, released.object);
	}
	parts.debts.forget(key);
	const { debt: _, ...rest } = parts.ledger.load(key);
	parts.ledger.save(key, rest);
	return { debt: { since, paid: true } };
}
