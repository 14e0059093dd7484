import { spawn } from 'node:child_process';
import type { Milliseconds } from '../../model/time.ts';

/** Variables by name, as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What git sees: where programs are, and nobody's configuration. */
export function gitEnvironment({ PATH }: Environment): Record<string, string> {
	return {
		...(PATH !== undefined && { PATH }),
		HOME: '/nonexistent',
		LC_ALL: 'C',
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_TERMINAL_PROMPT: '0',
	};
}

/** For one run of git. */
export const gitDeadline: Milliseconds = 60_000;

/** More is cut off. */
const maxOutput = 1_048_576;

/** Runs git on a bare repository. Returns the start of what it prints; throws where it fails. */
export function runGit(gitdir: string, environment: Environment, args: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		const env = gitEnvironment(environment);
		const child = spawn('git', ['--git-dir', gitdir, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
		const chunks: Buffer[] = [];
		let length = 0;
		child.stdout.on('data', (chunk: Buffer) => {
			if (length < maxOutput) chunks.push(chunk.subarray(0, maxOutput - length));
			length += chunk.length;
		});
		const late = setTimeout(() => {
			child.kill('SIGKILL');
			reject(new Error(`git ${args[0]} is not through within 60s`));
		}, gitDeadline);
		child.on('error', reject);
		child.on('close', (status) => {
			clearTimeout(late);
			if (status === 0) resolve(Buffer.concat(chunks).toString());
			else reject(new Error(`git ${args[0]} ended with ${status}`));
		});
	});
}
