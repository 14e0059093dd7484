import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { refuseCanaries } from './canaries.ts';
import { keepKubeconfig } from './kept-kubeconfig.ts';
import { makeFolder } from './temporary-folder.ts';

/** Whether the real kubectl is on the PATH. */
export function hasKubectl(): boolean {
	return spawnSync('kubectl', ['version', '--client']).status === 0;
}

export interface KubectlResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Kubectl {
	/** Runs one command to its end. */
	run(args: readonly string[], input?: string): Promise<KubectlResult>;
	/** Starts a command that goes on until the test ends. */
	start(args: readonly string[]): ChildProcessWithoutNullStreams;
}

/** kubectl with this kubeconfig and an empty home. */
export async function createKubectl(t: ExecutionContext, kubeconfig: string): Promise<Kubectl> {
	const home = await makeFolder(t);
	const config = join(home, 'kubeconfig');
	await keepKubeconfig(config, kubeconfig);
	const running = new Set<ChildProcessWithoutNullStreams>();
	t.teardown(() => {
		for (const child of running) child.kill();
	});
	const start = (args: readonly string[]) => {
		const env = { HOME: home, KUBECONFIG: config, PATH: process.env['PATH'] };
		const child = spawn('kubectl', args, { env, stdio: 'pipe', timeout: 30_000 });
		running.add(child);
		return child;
	};
	return {
		start,
		async run(args, input = '') {
			const child = start(args);
			child.stdin.end(input);
			const exit = new Promise<number | null>((resolve, reject) => {
				child.once('error', reject).once('close', resolve);
			});
			const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
			running.delete(child);
			refuseCanaries(`what kubectl ${args.join(' ')} wrote`, stdout + stderr);
			return { code, stdout, stderr };
		},
	};
}
