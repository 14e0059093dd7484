import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Between two looks, in ms: the shortest of git's processes live longer. */
const interval = 5;

/**
 * Watches how much memory a process and all that it started hold together, in bytes; what they share is counted for
 * each. Returns what ends it and tells the most that was seen: `undefined` where there is no /proc.
 */
export function watchTreeMemory(pid: number): () => Promise<number | undefined> {
	let peak: number | undefined;
	let isOver = false;
	const watch = async (): Promise<void> => {
		while (!isOver) {
			const now = await readTree(pid);
			if (now > 0) peak = Math.max(peak ?? 0, now);
			await setTimeout(interval);
		}
	};
	const watching = watch();
	return async () => {
		isOver = true;
		await watching;
		return peak;
	};
}

/** 0 of a process that is gone. */
async function readTree(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
	const own = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
	const below = children
		.split(' ')
		.filter(Boolean)
		.map((child) => readTree(Number(child)));
	return (await Promise.all(below)).reduce((sum, each) => sum + each, own);
}
