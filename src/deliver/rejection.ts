import { type Problem, ProblemError } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';

export function rejected(problem: Problem, retry: 'soon' | 'on-change'): Receipt {
	return { kind: 'rejected', problem, retry };
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
