import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';

export interface ProgramRun {
	/** All of its environment; default: that of the tests. */
	readonly env?: NodeJS.ProcessEnv;
	/** Where it runs; without it, nowhere in particular. */
	readonly cwd?: string | undefined;
	readonly input?: Iterable<string | Uint8Array>;
}

/** Runs a program to its end. Resolves to what it printed; when it ended badly, rejects with what it said of that. */
export function readOutput(
	program: string,
	args: readonly string[],
	{ env = process.env, cwd, input = [] }: ProgramRun = {},
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd, env });
		const [output, errors]: [Buffer[], Buffer[]] = [[], []];
		child.stdout.on('data', (chunk) => output.push(chunk));
		child.stderr.on('data', (chunk) => errors.push(chunk));
		child.on('error', reject);
		child.on('close', (status) => {
			if (status === 0) resolve(Buffer.concat(output));
			else reject(new Error(`${program} ${args.join(' ')} ended with ${status}: ${Buffer.concat(errors)}`));
		});
		// A program that does not read its input is no failure; how it ended tells.
		child.stdin.on('error', () => undefined);
		Readable.from(input).pipe(child.stdin);
	});
}
