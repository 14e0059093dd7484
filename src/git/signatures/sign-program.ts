import { showText } from '../../model/problem.ts';
import { formatDuration, type Milliseconds } from '../../model/time.ts';
import { type ChildAnswer, runChild } from '../program/child-process.ts';
import type { Environment } from '../program/git-program.ts';

/** Programs that make and check signatures. */
export type SignatureProgram = 'ssh-keygen' | 'gpg' | 'gpgconf';

/** How a run ended; the status is `null` when the program was killed or could not be started. */
export type SignatureAnswer = ChildAnswer;

export interface SignatureRun {
	readonly args: readonly string[];
	/** Given on standard input. */
	readonly input?: Uint8Array;
}

/** Throws the signal's reason when aborted; every other end is an answer. */
export type RunSignatureProgram = (
	program: SignatureProgram,
	run: SignatureRun,
	signal: AbortSignal,
) => Promise<SignatureAnswer>;

export interface SignatureProgramOptions {
	/** Where PATH is taken from; nothing else is, so that no agent, display or configuration of anybody has a say. */
	readonly environment: Environment;
	/** An existing folder, HOME for the programs. */
	readonly home: string;
	/** For one run; 10 s unless told otherwise: a failover waits for its signature. */
	readonly deadline?: Milliseconds;
}

const defaultDeadline: Milliseconds = 10_000;

export function createSignaturePrograms(options: SignatureProgramOptions): RunSignatureProgram {
	const { environment, home, deadline = defaultDeadline } = options;
	const surroundings = {
		...(environment['PATH'] === undefined ? {} : { PATH: environment['PATH'] }),
		HOME: home,
		LC_ALL: 'C',
		// Dates of allowed signers are read in the zone of the process.
		TZ: 'UTC',
		SSH_ASKPASS_REQUIRE: 'never',
	};

	return async (program, { args, input }, signal) => {
		signal.throwIfAborted();
		const late = AbortSignal.timeout(deadline);
		const stop = AbortSignal.any([signal, late]);
		const answer = await runChild(program, args, {
			environment: surroundings,
			stop,
			...(input && { input }),
		});
		signal.throwIfAborted();
		if (!late.aborted || answer.status === 0) return answer;
		return { ...answer, stderr: `${program}: not through within ${formatDuration(deadline)}` };
	};
}

/** The line that says most of why a program failed, safe to print. */
export function describeProgramFailure({ status, stderr }: SignatureAnswer): string {
	const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\[GNUPG:\]|^@+$/.test(line));
	const line = lines.findLast((text) => /^gpg: |key/i.test(text)) ?? lines.at(-1);
	if (line === undefined) return status === null ? 'the program was killed' : 'the program said nothing';
	return showText(line.trim(), 200);
}

/** The code of a failed call of the operating system, such as ENOSPC; undefined for any other error. */
export function findSystemCode(error: unknown): string | undefined {
	const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
	return syscall === undefined ? undefined : showText(code ?? syscall);
}
