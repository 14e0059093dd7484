import type { Flip } from './git-dataset.ts';
import type { FlipTimes, GitEngineSetup, GitUsage } from './git-engine-process.ts';
import { startProcess } from './process-calls.ts';

/** Spillway's Commit mode in a process of its own, on one branch. */
export interface GitEngine {
	readonly pid: number;
	/** From the start of the process until the branch was fetched, in ms. */
	readonly opened: number;
	/** In ms. */
	refresh(): Promise<number>;
	/** Delivers all of it at once. */
	flip(flips: readonly Flip[]): Promise<FlipTimes>;
	usage(): Promise<GitUsage>;
	stop(): Promise<void>;
}

/** Starts a process that has nothing open yet, so that it can be watched from the start. `file` is the compiled one. */
export async function startGitEngine(
	file: URL,
	setup: GitEngineSetup,
	onStart: (pid: number) => void = () => undefined,
): Promise<GitEngine> {
	const process = await startProcess(file);
	onStart(process.pid);
	try {
		const opened = await process.call<number>('open', setup);
		return {
			pid: process.pid,
			opened,
			refresh: () => process.call('refresh'),
			flip: (flips) => process.call('flip', flips),
			usage: () => process.call('usage'),
			stop: process.stop,
		};
	} catch (error) {
		await process.stop();
		throw error;
	}
}
