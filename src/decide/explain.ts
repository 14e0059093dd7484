// Which of the judgements' reasons a decision carries.
import type { ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';
import { shareOf, type Weights } from '../model/weights.ts';
import type { Judgement } from './judge.ts';

/** Why a backend that is well again does not return yet; `at` is undefined when only a person may say so. */
export function waitingReason(policy: FailoverPolicy, backend: ServiceName, at: Instant | undefined): Reason {
	if (at === undefined) return { code: 'FailbackManual', backend };
	return { code: 'BackendRecovering', backend, returnsAt: at, after: policy.failback.after };
}

/** Why traffic moves: what failed, what takes over (in `steps` also what has some already), what is only held. */
export function explainShift(
	judgements: readonly Judgement[],
	from: Weights,
	to: Weights,
	steps: boolean,
): readonly Reason[] {
	const gains = ({ service }: Judgement): boolean =>
		shareOf(to, service) > shareOf(from, service) && (steps || (from.get(service) ?? 0) === 0);
	return [
		...judgements.filter(({ standing }) => standing === 'failed').map(({ reason }) => reason),
		...judgements.filter((one) => one.standing === 'eligible' && gains(one)).map(({ reason }) => reason),
		...judgements.filter(({ standing }) => standing === 'holding').map(({ reason }) => reason),
	];
}

/** What deserves a word although nothing moves. */
export function notable(judgements: readonly Judgement[]): readonly Reason[] {
	return judgements.filter(({ standing }) => standing !== 'eligible').map(({ reason }) => reason);
}
