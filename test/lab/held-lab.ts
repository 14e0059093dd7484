import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LabCluster, LabClusterOptions } from './cluster.ts';

export interface HoldOptions extends Omit<LabClusterOptions, 'name'> {
	readonly names: readonly string[];
	/** Whether the clusters end with the process that starts them, however it ends. */
	readonly attached: boolean;
}

/** Clusters that a process of their own holds. */
export interface HeldLab {
	/** Of the holder, which stops them on SIGTERM. */
	readonly pid: number;
	readonly clusters: readonly Omit<LabCluster, 'stop'>[];
}

export interface AttachedLab extends HeldLab {
	stop(): Promise<void>;
}

const holder = fileURLToPath(new URL('hold.ts', import.meta.url));

/** Starts clusters that end with this process, even when it is killed. */
export async function attachLab(options: Omit<HoldOptions, 'attached'>): Promise<AttachedLab> {
	const child = spawnHolder({ ...options, attached: true }, 'pipe');
	const ended = once(child, 'close');
	const lab = await readLab(child);
	return {
		...lab,
		async stop() {
			child.stdin?.end();
			await ended;
		},
	};
}

/** Starts clusters that stay until their holder is told to stop. */
export async function detachLab(options: Omit<HoldOptions, 'attached'>): Promise<HeldLab> {
	const child = spawnHolder({ ...options, attached: false }, 'ignore');
	const lab = await readLab(child);
	for (const stream of [child.stdout, child.stderr]) stream?.destroy();
	child.unref();
	return lab;
}

/** In a process group of its own: the terminal's Ctrl-C is for those that use the lab. */
function spawnHolder(options: HoldOptions, stdin: 'pipe' | 'ignore'): ChildProcess {
	return spawn(process.execPath, [holder, JSON.stringify(options)], {
		detached: true,
		stdio: [stdin, 'pipe', 'pipe'],
	});
}

async function readLab({ stdout, stderr }: ChildProcess): Promise<HeldLab> {
	if (stdout === null || stderr === null) throw new TypeError('the holder has no output');
	let errors = '';
	stderr.setEncoding('utf8').on('data', (text) => {
		errors += text;
	});
	for await (const line of createInterface(stdout)) return JSON.parse(line);
	throw new Error(`the lab did not start:\n${errors}`);
}
