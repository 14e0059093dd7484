// The decision: what the weights should be, why, and when that may change. Pure, total, deterministic.
import type { PendingShift, PolicyMemory } from '../model/decision.ts';
import type { Move } from '../model/move.ts';
import type { ServiceName } from '../model/names.ts';
import { baselineWeights, type FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { earlier, type Instant } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';
import { settlePending } from './contest.ts';
import { type Choice, type Deliberation, dropPending, hold, type Outcome } from './deliberation.ts';
import { type Distribution, distribute } from './distribute.ts';
import { keepToEpisode } from './episode.ts';
import { notable, waitingReason } from './explain.ts';
import { type Judgement, judgeBackend } from './judge.ts';
import { forgetManualEdit } from './manual-edit.ts';
import { bearWith, profileLag } from './proof.ts';
import { abandonRamp, isInPlace, type Pace, paceReturn, rememberRamp, settleRamp } from './ramp.ts';
import { integersOf } from './ramp-weights.ts';
import { shiftTo } from './shift.ts';
import { usableTarget } from './usable-target.ts';

/** Decides for one policy at `now`. The steps stand in the order of docs/decision.md. */
export function decide(
	policy: FailoverPolicy,
	snapshot: Snapshot,
	memory: PolicyMemory,
	now: Instant,
): Outcome {
	if (snapshot.waitingFor.length > 0) {
		const waiting: Reason = { code: 'NotSynced', inputs: snapshot.waitingFor };
		return hold(memory, [waiting], snapshot.waitsUntil);
	}
	const judgements = policy.backends.map(({ service }) =>
		judgeBackend(
			policy,
			service,
			{ sample: snapshot.samples.get(service), memory: memory.backends.get(service) },
			now,
		),
	);
	const backends = new Map(judgements.map((one) => [one.service, one.memory]));
	const judged = { ...keepToEpisode(memory), backends };
	const wakeAt = judgements.map(({ changesAt }) => changesAt).reduce(earlier, undefined);

	const { target } = snapshot;
	const state = usableTarget(policy, target, memory.settled?.to);
	if (state.kind === 'unusable') return hold(dropPending(judged), [state.reason], wakeAt);
	if (policy.mode === 'Suspended') return hold(dropPending(judged), [{ code: 'Suspended' }], wakeAt);
	return chooseWeights({ policy, judgements, memory: judged, target, state, now, wakeAt });
}

function chooseWeights(facts: Deliberation): Outcome {
	const { policy, judgements, memory, now } = facts;
	const { live, carrying, even } = facts.state;
	const { pending } = memory;
	const current = integersOf(pending?.shift.to ?? live);
	// A shift that is not on its way yet gave nobody anything: a backend that is only held takes part by what it has.
	const reached = pending?.committed === undefined ? integersOf(live) : current;
	const carries = ({ service }: Judgement): boolean =>
		(current.get(service) ?? 0) > 0 || (!even && carrying.has(service));
	const carriers = judgements.filter(carries);
	// What is only on its way, such as a pull request, has taken traffic off nothing yet.
	const isLeft = (one: Judgement): boolean =>
		one.standing === 'failed' && (carries(one) || carrying.has(one.service));
	const leaving = carriers.length === 0 || judgements.some(isLeft);
	const urgent = leaving && !carriers.some((one) => one.standing === 'eligible' && isChosen(policy, one));

	// A backend that would return waits for failback.after, unless traffic has nowhere else to go; one that was not left
	// yet, as people are still asked or Git is away, has nothing to return from.
	const isBack = (one: Judgement): boolean => carries(one) || (reached.get(one.service) ?? 0) > 0;
	const waiting = urgent ? [] : judgements.filter((one) => one.standing === 'eligible' && !isBack(one));
	const returns = waiting.map((one) => ({ service: one.service, at: returnsAt(policy, one) }));
	const unripe = new Set(
		returns.filter(({ at }) => at === undefined || at > now).map(({ service }) => service),
	);
	const named = (standing: Judgement['standing']): ServiceName[] =>
		judgements.filter((one) => one.standing === standing).map(({ service }) => service);
	const distribution = distribute(policy.backends, {
		eligible: new Set(named('eligible').filter((service) => !unripe.has(service))),
		holding: new Set(named('holding')),
		current: reached,
	});

	const ripensAt = returns.filter(({ at }) => at !== undefined && at > now).map(({ at }) => at);
	const deliberated = { ...facts, wakeAt: [facts.wakeAt, ...ripensAt].reduce(earlier, undefined) };
	const waitingReasons = returns
		.filter(({ service }) => unripe.has(service) && (baselineWeights(policy).get(service) ?? 0) > 0)
		.map(({ service, at }) => waitingReason(policy, service, at));
	return conclude(deliberated, distribution, { move: leaving ? 'failover' : 'failback', waitingReasons });
}

/** A backend of weight 0 is never given traffic, however well it is. */
function isChosen({ backends }: FailoverPolicy, { service }: Judgement): boolean {
	return backends.some((backend) => backend.service === service && backend.weight > 0);
}

/** A failover stays one until it has arrived, while a failback becomes one when what it leaves is down. */
function moveTowards({ memory: { pending } }: Deliberation, goal: Weights | undefined, wanted: Move): Move {
	const isOnItsWay = pending !== undefined && goal !== undefined && sameRatio(pending.shift.to, goal);
	return isOnItsWay && pending.shift.move === 'failover' ? 'failover' : wanted;
}

function conclude(
	given: Deliberation,
	distribution: Distribution | undefined,
	{ move: wanted, waitingReasons }: Pick<Choice, 'move' | 'waitingReasons'>,
): Outcome {
	const move = moveTowards(given, distribution?.weights, wanted);
	const isReturn = move === 'failback';
	const facts = isReturn ? given : { ...given, memory: abandonRamp(given.memory) };
	const { judgements, memory, wakeAt } = facts;
	const { live, toMake } = facts.state;
	if (distribution === undefined && toMake !== 'missing') {
		return hold(
			dropPending(memory),
			[...judgements.map(({ reason }) => reason), { code: 'NothingEligible' }],
			wakeAt,
		);
	}
	const { weights: goal, ...tier } = distribution ?? { weights: live };
	const pace: Pace = isReturn ? paceReturn(facts, goal) : { weights: goal };
	const { weights, ramp, step, reasons = [] } = pace;
	const choice: Choice = {
		move,
		weights,
		...tier,
		...(ramp && { ramp }),
		...(step && { step }),
		waitingReasons: [...waitingReasons, ...reasons],
	};
	const paced = { ...facts, wakeAt: earlier(wakeAt, pace.wakeAt) };
	return isInPlace(facts, weights) ? stay(paced, choice) : shiftTo(paced, choice);
}

/** The weights are right; whether the proxies follow them is another matter. */
function stay(
	{ policy, judgements, memory, target, state: { live }, now, wakeAt }: Deliberation,
	{ waitingReasons, ramp }: Choice,
): Outcome {
	const { behindSince, ...remembered } = memory;
	const landed = rememberRamp(landShift(policy, forgetManualEdit(remembered), live), ramp);
	const reasons: Reason[] = [{ code: 'InPlace', weights: live }, ...notable(judgements), ...waitingReasons];
	const lag = target.kind === 'found' ? profileLag(target.target, target.profile) : undefined;
	if (lag === undefined) return hold(landed, reasons, wakeAt);
	const since = behindSince ?? now;
	const patience = bearWith(lag, since, now);
	return hold(
		{ ...landed, behindSince: since },
		patience.reason === undefined ? reasons : [...reasons, patience.reason],
		earlier(wakeAt, patience.wakeAt),
	);
}

/** Without a shift to confirm, being on the baseline ends the episode: its last step was forgotten, or never made. */
function landShift(policy: FailoverPolicy, memory: PolicyMemory, live: Weights): PolicyMemory {
	const { pending, episode, ...rest } = memory;
	if (pending !== undefined && sameRatio(pending.shift.to, live)) return memory;
	const home = sameRatio(live, baselineWeights(policy));
	return keepToEpisode(home || episode === undefined ? rest : { ...rest, episode });
}

/**
 * The memory once the pending shift was seen on the live object: nothing is pending, and being back on the
 * baseline ends the episode.
 */
export function settle(policy: FailoverPolicy, memory: PolicyMemory, now: Instant): PolicyMemory {
	const { behindSince: _, ...settled } = settlePending(memory, now);
	return endEpisode(policy, memory.pending, settleRamp(settled, memory.pending, now));
}

/** The same where somebody else made it live: nothing was ours to settle. */
export function leaveToOthers(policy: FailoverPolicy, { pending, ...rest }: PolicyMemory): PolicyMemory {
	return endEpisode(policy, pending, rest);
}

function endEpisode(
	policy: FailoverPolicy,
	pending: PendingShift | undefined,
	memory: PolicyMemory,
): PolicyMemory {
	const home = pending === undefined || sameRatio(pending.shift.to, baselineWeights(policy));
	const { episode: _, ...rest } = memory;
	return home ? keepToEpisode(rest) : memory;
}

function returnsAt(policy: FailoverPolicy, { memory }: Judgement): Instant | undefined {
	if (policy.failback.mode === 'Manual' || memory.passingSince === undefined) return undefined;
	return memory.passingSince + policy.failback.after;
}
