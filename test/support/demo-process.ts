import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { refuseCanaries } from './canaries.ts';
import { makeFolder } from './temporary-folder.ts';

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));

/** A demo that is under way. */
export interface DemoProcess {
	/** Its folder for temporary files. */
	readonly folder: string;
	kill(signal: NodeJS.Signals): boolean;
	/** What it wrote to its end, and its exit status. */
	end(): Promise<{ readonly status: number | null; readonly output: string }>;
	/** Waits until it has written this. */
	waitFor(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The demo as people start it, with a folder for temporary files of its own. */
export async function startDemo(
	t: ExecutionContext,
	flags: readonly string[] = [],
	env: NodeJS.ProcessEnv = {},
): Promise<DemoProcess> {
	const folder = await makeFolder(t);
	const child = spawn(process.execPath, [launcher, 'demo', ...flags], {
		env: { ...process.env, ...env, TMPDIR: folder },
	});
	const ended = once(child, 'close');
	let output = '';
	t.teardown(async () => {
		child.kill();
		await ended;
		refuseCanaries('what the demo wrote', output);
	});
	let tell = (): void => undefined;
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => {
			output += text;
			tell();
		});
	}
	return {
		folder,
		kill: (signal: NodeJS.Signals) => child.kill(signal),
		async end() {
			const [status] = await ended;
			return { status, output };
		},
		waitFor(pattern) {
			return new Promise((resolve, reject) => {
				tell = () => {
					const found = pattern.exec(output);
					if (found !== null) resolve(found);
				};
				ended.then(() => reject(new Error(`the demo ended:\n${output}`)));
				tell();
			});
		},
	};
}

/** Whether neither a file nor the reconciler's process is left. */
export async function isClean(folder: string, output: string): Promise<boolean> {
	const pid = Number(/process (\d+)/.exec(output)?.[1]);
	return pid > 0 && !isAlive(pid) && (await readdir(folder)).length === 0;
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
