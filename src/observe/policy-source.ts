import { backOff } from '../model/backoff.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { CommitId, Repository } from '../model/ports/repository.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { createPolicyReader, type PolicyRevision } from './policy-reader.ts';

export interface PolicySourceParts {
	readonly repository: Repository;
	readonly clock: Clock;
	readonly random: Random;
	/** How often the branch is looked at. */
	readonly interval: Milliseconds;
	/** Called with each new tip, the first included. */
	readonly onRevision: (revision: PolicyRevision) => void;
	/** Called when the repository cannot be read; what was read before stays in force. */
	readonly onProblem: (problem: Problem) => void;
}

/** Follows the branch until aborted. */
export async function followPolicies(parts: PolicySourceParts, signal: AbortSignal): Promise<void> {
	const { clock, random, interval } = parts;
	const lookAgain = createLook(parts);
	let failures = 0;
	while (!signal.aborted) {
		failures = (await lookAgain(signal)) ? 0 : failures + 1;
		const span = failures === 0 ? interval : Math.min(interval, backOff(failures - 1, random));
		await clock.sleep(span, signal).catch(() => undefined);
	}
}

/** Looks at the branch once; false when it could not be read. */
function createLook({
	repository,
	onRevision,
	onProblem,
}: PolicySourceParts): (signal: AbortSignal) => Promise<boolean> {
	const reader = createPolicyReader(repository);
	let seen: CommitId | undefined;
	return async (signal) => {
		try {
			const tip = await repository.refresh(signal);
			if (tip !== seen) onRevision(await reader.read(tip, signal));
			seen = tip;
			return true;
		} catch (error) {
			if (signal.aborted) return true;
			if (!(error instanceof ProblemError)) throw error;
			onProblem(error.problem);
			return false;
		}
	};
}
