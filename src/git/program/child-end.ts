import { type ChildProcess, execFile } from 'node:child_process';
// Only this reaches a whole process group; the child's own kill reaches the child alone.
import { kill } from 'node:process';
import type { Milliseconds } from '../../model/time.ts';

/** How long a program that was told to end may take before it is killed. */
const grace: Milliseconds = 2_000;

/**
 * Once aborted, ends a program and what it started: git leaves its helpers (git-remote-https, ssh) behind when it
 * alone is stopped. A program that leads a process group is ended with its group. Of any other,
 * `ps` tells the descendants. Where there is no `ps` either, helpers end by themselves: when they lose the server
 * (ServerAliveInterval of ssh, http.lowSpeedTime), or have said what nobody reads.
 */
export function endOnAbort(child: ChildProcess, stop: AbortSignal): void {
	let last: NodeJS.Timeout | undefined;
	const end = (): void => {
		if (!signalGroup(child, 'SIGTERM')) terminateTree(child);
		last = setTimeout(() => {
			if (!signalGroup(child, 'SIGKILL')) child.kill('SIGKILL');
			// What has left the group must not keep us waiting.
			child.stdout?.destroy();
			child.stderr?.destroy();
		}, grace);
	};
	const release = (): void => {
		stop.removeEventListener('abort', end);
		clearTimeout(last);
	};
	child.once('close', release);
	child.on('error', () => {
		if (child.pid === undefined) release();
	});
	if (stop.aborted) end();
	else stop.addEventListener('abort', end, { once: true });
}

/** Whether there is such a group. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
	return pid !== undefined && signalProcess(-pid, signal);
}

function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
	try {
		return kill(pid, signal);
	} catch {
		// It has ended by itself.
		return false;
	}
}

/** Descendants first looked for, then signalled: without their parent nothing tells whose they are. */
function terminateTree(child: ChildProcess): void {
	execFile('ps', ['-A', '-o', 'pid=,ppid='], { timeout: grace }, (_error, table) => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		// `setsid` may have been about to make the group.
		if (signalGroup(child, 'SIGTERM')) return;
		child.kill('SIGTERM');
		for (const pid of listDescendants(table, child.pid)) signalProcess(pid, 'SIGTERM');
	});
}

/** Of a process, in a table whose lines hold an id and the parent's id. */
function listDescendants(table: string, ancestor: number | undefined): readonly number[] {
	const rows = [...table.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, id, parent]) => [
		+`${id}`,
		+`${parent}`,
	]);
	const family = new Set([ancestor]);
	// A set is walked on to what is added meanwhile.
	for (const member of family) for (const [id, parent] of rows) if (parent === member) family.add(id);
	family.delete(ancestor);
	return [...family].filter((id) => id !== undefined);
}
