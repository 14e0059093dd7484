import { type Problem, ProblemError } from '../../src/model/problem.ts';
import { refuseCanaries } from './canaries.ts';

/** The problem that `work` fails with, which must show no secret; `undefined` where it succeeds. */
export async function problemOf(work: Promise<unknown>): Promise<Problem | undefined> {
	try {
		await work;
		return undefined;
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		refuseCanaries('a problem', `${JSON.stringify(error.problem)} ${error.stack} ${error.cause}`);
		return error.problem;
	}
}
