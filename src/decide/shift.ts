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

/** Decides a move to the chosen weights. */
export function shiftTo(facts: Deliberation, choice: Choice): Outcome {
	const { policy, judgements, now, wakeAt } = facts;
	const { behindSince: _, ...remembered } = facts.memory;
	if (policy[choice.move].via === 'Direct') return shiftUncontested(facts, choice);
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

/** A shift that is on its way already goes on, as it was decided. */
function propose(facts: Deliberation, choice: Choice): Outcome {
	const { policy, memory, now, wakeAt } = facts;
	const { pending } = memory;
	const same = pending !== undefined && sameRatio(pending.shift.to, choice.weights) ? pending : undefined;
	const episode = memory.episode ?? newEpisode(policy, now);
	const shift = same?.shift ?? composeShift(facts, choice, episode);
	const next: PendingShift = same ?? { shift, decidedAt: now };
	return outcome(shift, { ...memory, episode, pending: next }, wakeAt);
}

function composeShift(
	{ policy, judgements, state: { live, toMake } }: Deliberation,
	{ move, weights, tier, waitingReasons }: Choice,
	episode: Episode,
): Shift {
	const made: Reason = { code: 'TargetMade', target: describeTarget(policy.target), weights };
	return {
		kind: 'shift',
		move,
		from: live,
		to: weights,
		episode,
		...(toMake === undefined ? {} : { makes: true }),
		reasons: [
			...(toMake === undefined ? [] : [made]),
			...explainShift(judgements, live, weights),
			...waitingReasons,
			...(tier === undefined ? [] : [{ code: 'TierChosen', tier, weights } as const]),
		],
	};
}

function newEpisode(policy: FailoverPolicy, now: Instant): Episode {
	return { id: `${policy.key}-${Math.floor(now).toString(36)}`, since: now };
}
