import type { ExitStatus, ProblemCode } from '../model/catalogue.ts';
import { formatProblem, type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Terminal } from './terminal.ts';

const usage: ReadonlySet<ProblemCode> = new Set(['E_FLAG', 'E_NOT_FOUND']);

/** What a command that could not do its work exits with: 2 for how it was called, 78 for what it was given. */
export function exitStatusOf({ code }: Problem): ExitStatus {
	return usage.has(code) ? 2 : 78;
}

/** A fault of Spillway itself (sysexits' EX_SOFTWARE). */
export const faultStatus = 70;

/** A problem with how the command was called. */
export function usageError(name: string, message: string, remedy?: string): ProblemError {
	return new ProblemError(problem('E_FLAG', { where: { kind: 'named', name }, message, remedy }));
}

/** Prints what went wrong and returns the exit status. Only faults of Spillway itself show a stack trace. */
export function reportFailure(terminal: Terminal, error: unknown): number {
	if (error instanceof ProblemError) {
		terminal.err(`${formatProblem(error.problem)}\n`);
		return exitStatusOf(error.problem);
	}
	if (terminal.signal.aborted && error === terminal.signal.reason) return 130;
	terminal.err(`${error instanceof Error ? error.stack : String(error)}\n`);
	return faultStatus;
}
