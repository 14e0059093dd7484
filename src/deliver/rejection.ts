import type { ProblemCode } from '../model/catalogue.ts';
import type { Change } from '../model/change.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Receipt, Retry } from '../model/receipt.ts';

export function rejected(problem: Problem, retry: Retry): Receipt {
	return { kind: 'rejected', problem, retry };
}

/** Weights that must never be written; only another decision can mend that. */
export function rejectWeights({ policy }: Pick<Change, 'policy'>, message: string): Receipt {
	return rejected(problem('E_ALL_ZERO', { where: { kind: 'named', name: policy }, message }), 'on-change');
}

/** A problem met on the way, such as no way to the server at all, is as good as an answer: try again. */
export async function orRejected(
	delivering: Promise<Receipt>,
	retryOf: (problem: Problem) => Retry = () => 'soon',
): Promise<Receipt> {
	try {
		return await delivering;
	} catch (error) {
		if (error instanceof ProblemError) return rejected(error.problem, retryOf(error.problem));
		throw error;
	}
}

/** What mends itself, or is asked again with every look at the branch. */
const passing: ReadonlySet<ProblemCode> = new Set([
	'E_GIT_UNREACHABLE',
	'E_GIT_MIRROR',
	'E_GIT_BRANCH',
	'E_GIT_EMPTY',
	// The server is not asked again before the credentials change.
	'E_GIT_AUTH',
]);

/**
 * When to try a commit again: what a server, a hook or a signer refuses, a person has to mend, and knocking again within
 * seconds may lock an account.
 */
export function retryOfCommit({ code }: Problem): Retry {
	return passing.has(code) ? 'soon' : 'later';
}
