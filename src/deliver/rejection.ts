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
export async function orRejected(delivering: Promise<Receipt>): Promise<Receipt> {
	try {
		return await delivering;
	} catch (error) {
		if (error instanceof ProblemError) return rejected(error.problem, 'soon');
		throw error;
	}
}
