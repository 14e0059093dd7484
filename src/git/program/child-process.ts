import { type ChildProcess, spawn } from 'node:child_process';
import { endOnAbort } from './child-end.ts';

/** How a program ended. */
export interface ChildAnswer {
	/** 0 when all went well, anything else when not, also when it was stopped or could not be started. */
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface ChildOptions {
	/** All that the program knows of its surroundings. */
	readonly environment: Readonly<Record<string, string>>;
	/** Ends the program and whatever it started. */
	readonly stop: AbortSignal;
	/** Given on standard input, which is empty without it. */
	readonly input?: Uint8Array;
}

/** Runs a program without a shell or a terminal. One that cannot be started is an answer. */
export function runChild(
	program: string,
	args: readonly string[],
	{ environment, stop, input }: ChildOptions,
): Promise<ChildAnswer> {
	return new Promise((resolve) => {
		const child: ChildProcess = spawn(program, [...args], {
			// Whatever it is about is told by name; this only has to exist.
			cwd: '/',
			env: environment,
			// Leads a group, which ends as one, and a session without a terminal, on which it could ask somebody.
			detached: true,
			stdio: 'pipe',
		});
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		const settle = (status: number | null): void =>
			resolve({ status, stdout: decodeOutput(stdout), stderr: decodeOutput(stderr) });
		child.on('error', ({ message }) => {
			if (child.pid !== undefined) return;
			stderr.push(Buffer.from(`cannot run ${program}: ${message}`));
			settle(null);
		});
		child.on('close', settle);
		// With too many open files there are no streams either.
		child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
		child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
		// A program that does not read its input is no failure; how it ended tells.
		child.stdin?.on('error', () => undefined);
		child.stdin?.end(input);
		endOnAbort(child, stop);
	});
}

export function decodeOutput(chunks: readonly Buffer[]): string {
	return Buffer.concat(chunks).toString('utf8');
}
