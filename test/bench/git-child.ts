import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { gitEnvironment } from '../support/git-remote.ts';
import { author } from './git-dataset.ts';

export interface GitRun {
	/** Where it runs; without it, nowhere in particular. */
	readonly cwd?: string;
	readonly input?: Iterable<string | Uint8Array>;
}

/** Runs the system's git without anybody's configuration, as a script would. Resolves to what it printed. */
export function runGit(args: readonly string[], { cwd, input = [] }: GitRun = {}): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const child = spawn('git', args, { cwd, env: { ...gitEnvironment('/nonexistent'), ...identity } });
		const [output, errors]: [Buffer[], Buffer[]] = [[], []];
		child.stdout.on('data', (chunk) => output.push(chunk));
		child.stderr.on('data', (chunk) => errors.push(chunk));
		child.on('error', reject);
		child.on('close', (status) => {
			if (status === 0) resolve(Buffer.concat(output));
			else reject(new Error(`git ${args.join(' ')} ended with ${status}: ${Buffer.concat(errors)}`));
		});
		// A git that does not read its input is no failure; how it ended tells.
		child.stdin.on('error', () => undefined);
		Readable.from(input).pipe(child.stdin);
	});
}

const identity = {
	GIT_AUTHOR_NAME: author.name,
	GIT_AUTHOR_EMAIL: author.email,
	GIT_COMMITTER_NAME: author.name,
	GIT_COMMITTER_EMAIL: author.email,
};
