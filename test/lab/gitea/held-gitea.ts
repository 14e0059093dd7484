import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { GiteaPrograms } from './programs.ts';
import type { GiteaServer } from './server.ts';

const holder = fileURLToPath(new URL('hold.ts', import.meta.url));

/** Starts a Gitea that ends with this process, even when it is killed; it keeps this process from nothing. */
export async function holdGitea(programs: GiteaPrograms): Promise<GiteaServer> {
	// In a process group of its own: the terminal's Ctrl-C is for those that use it.
	const child = spawn(process.execPath, [holder, JSON.stringify({ programs })], {
		detached: true,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const ended = once(child, 'close');
	const errors = text(child.stderr);
	for await (const line of createInterface(child.stdout)) {
		child.unref();
		for (const pipe of child.stdio) if (pipe instanceof Socket) pipe.unref();
		return {
			...JSON.parse(line),
			async stop() {
				child.ref();
				child.stdin.end();
				await ended;
			},
		};
	}
	throw new Error(`Gitea did not start:\n${await errors}`);
}
