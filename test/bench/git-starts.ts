// What a start, a look at the branch, a thousand flips at once and all of it in memory cost.
import { join } from 'node:path';
import type { Flip } from './git-dataset.ts';
import { type GitEngine, startGitEngine } from './git-engine.ts';
import type { GitStage } from './git-flips.ts';
import { coldWay } from './plain-git.ts';
import { watchTreeMemory } from './process-memory.ts';
import { atMost, type Row } from './row.ts';
import { percentile } from './statistics.ts';

export interface StartRounds {
	readonly starts: number;
	readonly refreshes: number;
	readonly batches: number;
}

const mebibyte = 1024 * 1024;

export async function measureStarts(stage: GitStage, rounds: StartRounds): Promise<readonly Row[]> {
	const { server, engine } = stage;
	const size = server.shape.files.toLocaleString('en');
	const rows = [...(await measureCold(stage, `${size} files: start`, rounds.starts))];
	await server.branch('warm');
	const warm = await startGitEngine(engine, { url: server.url, branch: 'warm', shape: server.shape });
	try {
		rows.push(
			...(await measureRefresh(stage, warm, `${size} files: a look at the branch`, rounds.refreshes)),
		);
		const all = `${size} files: ${server.shape.splits.toLocaleString('en')} flips at once`;
		rows.push(...(await measureBatch(stage, warm, all, rounds.batches)));
	} finally {
		await warm.stop();
	}
	return [...rows, ...(await measureMemory(stage, `${size} files: memory`))];
}

/** Processes that know nothing, in turns. */
async function measureCold(stage: GitStage, part: string, starts: number): Promise<readonly Row[]> {
	const { server, engine, folder } = stage;
	const { url, shape } = server;
	const [ours, theirs] = ['cold', 'cold-plain'];
	await server.branch(ours);
	await server.branch(theirs);
	const clone = await coldWay.open({ url, shape, branch: theirs, folder: join(folder, 'cold') });
	const [opened, pushed, plain]: [number[], number[], number[]] = [[], [], []];
	for (let start = 0; start < starts; start += 1) {
		const flip: Flip = { split: 0, side: start % 2 === 0 ? 'fallback' : 'primary' };
		const began = performance.now();
		await clone(flip);
		plain.push(performance.now() - began);
		const started = await startGitEngine(engine, { url, branch: ours, shape });
		const taken = await started.flip([flip]);
		opened.push(started.opened);
		pushed.push(started.opened + taken.pushed - taken.slept);
		await started.stop();
	}
	return [
		{ part, what: 'starts', value: starts, unit: '' },
		{ part, what: 'process started → branch fetched, p50', value: percentile(opened, 0.5), unit: 'ms' },
		{ part, what: 'process started → first flip pushed, p50', value: percentile(pushed, 0.5), unit: 'ms' },
		{ part, what: `${coldWay.name}, p50`, value: percentile(plain, 0.5), unit: 'ms' },
	];
}

async function measureRefresh(
	{ server }: GitStage,
	warm: GitEngine,
	part: string,
	refreshes: number,
): Promise<readonly Row[]> {
	const [still, moved]: [number[], number[]] = [[], []];
	for (let round = 0; round < refreshes; round += 1) {
		still.push(await warm.refresh());
		await server.commitForeign('warm');
		moved.push(await warm.refresh());
	}
	return [
		{ part, what: 'it has not moved, p50', value: percentile(still, 0.5), unit: 'ms' },
		{ part, what: 'somebody has pushed, p50', value: percentile(moved, 0.5), unit: 'ms' },
	];
}

/** All splits there and back. */
async function measureBatch(
	{ server }: GitStage,
	warm: GitEngine,
	part: string,
	batches: number,
): Promise<readonly Row[]> {
	const { splits } = server.shape;
	await warm.flip(allTo('fallback', 1));
	await warm.flip(allTo('primary', 1));
	await warm.usage();
	const before = await server.count('warm');
	const [committed, pushed]: [number[], number[]] = [[], []];
	for (let batch = 0; batch < 2 * batches; batch += 1) {
		const taken = await warm.flip(allTo(batch % 2 === 0 ? 'fallback' : 'primary', splits));
		committed.push(taken.committed - taken.slept);
		pushed.push(taken.pushed - taken.slept);
	}
	const { stalls } = await warm.usage();
	const commits = (await server.count('warm')) - before;
	return [
		{ part, what: 'decision → commit object, p50', value: percentile(committed, 0.5), unit: 'ms' },
		{ part, what: 'decision → pushed, p50', value: percentile(pushed, 0.5), unit: 'ms' },
		{ part, what: 'decision → pushed, at most', value: Math.max(...pushed), unit: 'ms' },
		{ part, what: 'commits', value: commits / (2 * batches), unit: '', ...atMost(1) },
		{ part, what: 'longest stall of the event loop', value: stalls.max, unit: 'ms', ...atMost(50) },
	];
}

/** Of a process that does all of it once: in a run of its own, as whoever watches takes time. */
async function measureMemory({ server, engine }: GitStage, part: string): Promise<readonly Row[]> {
	const { url, shape } = server;
	await server.branch('memory');
	let end = (): Promise<number | undefined> => Promise.resolve(undefined);
	const watched = await startGitEngine(engine, { url, branch: 'memory', shape }, (pid) => {
		end = watchTreeMemory(pid);
	});
	try {
		for (let flip = 0; flip < 20; flip += 1) {
			if (flip % 2 === 1) await server.commitForeign('memory');
			await watched.flip([{ split: 10 * (flip % 10), side: flip < 10 ? 'fallback' : 'primary' }]);
		}
		for (const side of ['fallback', 'primary'] as const) await watched.flip(allTo(side, shape.splits));
		const { peakRss } = await watched.usage();
		const tree = await end();
		const own: Row = {
			part,
			what: 'peak of the process',
			value: peakRss / mebibyte,
			unit: 'MiB',
			...atMost(150),
		};
		if (tree === undefined) return [own];
		return [
			own,
			{ part, what: "peak with git's own processes", value: tree / mebibyte, unit: 'MiB', ...atMost(150) },
		];
	} finally {
		await end();
		await watched.stop();
	}
}

function allTo(side: Flip['side'], splits: number): readonly Flip[] {
	return Array.from({ length: splits }, (_, split) => ({ split, side }));
}
