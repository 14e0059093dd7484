// Weights that differ from the live ones: a shift, unless a person or somebody else's writes speak against it.
import type { Episode, PendingShift, Shift } from '../model/decision.ts';
import { describeTarget } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import { earlier, type Instant } from '../model/time.ts';
import { sameRatio } from '../model/weights.ts';
import { judgeContest } from './contest.ts';
import { type Choice, type Deliberation, dropPending, hold, type Outcome, outcome } from './deliberation.ts';
import { explainShift, notable } from './explain.ts';
import { judgeManualEdit } from './manual-edit.ts';
import { rememberRamp } from './ramp.ts';
import { findVeto } from './veto.ts';

/** Decides a move to the chosen weights. */
export function shiftTo(facts: Deliberation, choice: Choice): Outcome {
	const { policy, judgements, now, wakeAt } = facts;
	const { behindSince: _, ...remembered } = facts.memory;
	if (policy[choice.move].via === 'Direct') return shiftUncontested(facts, choice);
	const veto = findVeto(policy, remembered, choice.move);
	if (veto !== undefined) {
		const vetoed: Reason = { code: 'Vetoed', target: describeTarget(policy.target), veto };
		return hold(dropPending(remembered), [vetoed, ...notable(judgements)], wakeAt);
	}
	const manual = judgeManualEdit(policy, remembered, choice.weights, now);
	if (manual.kind === 'write') return propose({ ...facts, memory: manual.memory }, choice);
	const reason: Reason = {
		code: 'ManualEdit',
		target: describeTarget(policy.target),
		manual: manual.edit,
	};
	return hold(dropPending(remembered), [reason, ...notable(judgements)], earlier(wakeAt, manual.edit.until));
}

/** A patch that somebody keeps undoing is not a duel to fight. */
function shiftUncontested(facts: Deliberation, choice: Choice): Outcome {
	const { policy, judgements, target, state, now, wakeAt } = facts;
	const { behindSince: _, ...memory } = facts.memory;
	const guarded = policy.mode === 'Active' && state.toMake !== 'missing';
	const contest = guarded ? judgeContest(memory, choice.weights, now) : { kind: 'write' as const, memory };
	if (contest.kind === 'write') return propose({ ...facts, memory: contest.memory }, choice);
	const manager = target.kind === 'found' ? target.target.manager : undefined;
	const reason: Reason = {
		code: 'Contested',
		target: describeTarget(policy.target),
		rounds: contest.rounds,
		...(manager === undefined ? {} : { manager }),
	};
	return hold(dropPending(memory), [reason, ...notable(judgements)], earlier(wakeAt, contest.until));
}

/**
 * A shift that is on its way already goes on, as it was decided. A failback that became a failover is decided anew; a
 * commit that carries its weights serves either.
 */
function propose(facts: Deliberation, choice: Choice): Outcome {
	const { policy, memory, now, wakeAt } = facts;
	const { pending } = memory;
	const known = pending !== undefined && sameRatio(pending.shift.to, choice.weights) ? pending : undefined;
	const same = known?.shift.move === choice.move ? known : undefined;
	const episode = memory.episode ?? newEpisode(policy, now);
	const shift = same?.shift ?? composeShift(facts, choice, episode);
	const committed = known?.committed;
	const next: PendingShift = same ?? { shift, decidedAt: now, ...(committed && { committed }) };
	return outcome(shift, { ...rememberRamp(memory, choice.ramp), episode, pending: next }, wakeAt);
}

function composeShift(
	{ policy, judgements, state: { live, toMake } }: Deliberation,
	{ move, weights, tier, step, waitingReasons }: Choice,
	episode: Episode,
): Shift {
	const made: Reason = { code: 'TargetMade', target: describeTarget(policy.target), weights };
	const stepped: Reason[] = step === undefined ? [] : [{ code: 'RampStep', ...step }];
	// A tier takes the traffic with the last step.
	const chosen = step === undefined || step.percent === 100 ? tier : undefined;
	return {
		kind: 'shift',
		move,
		from: live,
		to: weights,
		episode,
		...(toMake === undefined ? {} : { makes: true }),
		...(step === undefined ? {} : { ramp: step }),
		reasons: [
			...(toMake === undefined ? [] : [made]),
			...explainShift(judgements, live, weights, step !== undefined),
			...stepped,
			...waitingReasons,
			...(chosen === undefined ? [] : [{ code: 'TierChosen', tier: chosen, weights } as const]),
		],
	};
}

function newEpisode(policy: FailoverPolicy, now: Instant): Episode {
	return { id: `${policy.key}-${Math.floor(now).toString(36)}`, since: now };
}
