import type { ProblemCode } from '../model/catalogue.ts';
import { ProblemError, problem, showText } from '../model/problem.ts';

interface InvalidFacts extends ErrorOptions {
	readonly code?: ProblemCode;
	readonly remedy?: string;
}

/** The problem of a kubeconfig, of the code E_KUBECONFIG unless another one is given. */
export function invalid(
	place: string,
	message: string,
	{ code = 'E_KUBECONFIG', remedy, ...origin }: InvalidFacts = {},
): ProblemError {
	return new ProblemError(problem(code, { where: { kind: 'named', name: place }, message, remedy }), origin);
}

/** Gives whatever `run` fails with a code. */
export async function withCode<T>(
	code: ProblemCode,
	{ place, subject }: { readonly place: string; readonly subject: string },
	run: () => Promise<T>,
): Promise<T> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof ProblemError) throw error;
		const reason = showText(error instanceof Error ? error.message : String(error), 200);
		const where = { kind: 'named', name: place } as const;
		throw new ProblemError(problem(code, { where, message: `${subject}: ${reason}` }), { cause: error });
	}
}
