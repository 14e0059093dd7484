// One weight of one file, by Spillway and by plain git in turns: decision → commit → pushed.
import { join } from 'node:path';
import { editTraffic, type Flip, trafficPath } from './git-dataset.ts';
import { startGitEngine } from './git-engine.ts';
import type { FlipTimes } from './git-engine-process.ts';
import type { BenchServer } from './git-server.ts';
import type { Owner } from './owner.ts';
import { warmWays } from './plain-git.ts';
import { atMost, type Row } from './row.ts';
import { spreadOf } from './statistics.ts';

/** A repository to measure on, and where files may be put. */
export interface GitStage {
	readonly owner: Owner;
	readonly server: BenchServer;
	/** What Spillway's process runs. */
	readonly engine: URL;
	readonly folder: string;
}

export interface FlipRounds {
	/** With the branch as each left it. */
	readonly alone: number;
	/** With a foreign commit before each. */
	readonly beside: number;
}

/** Files that are changed in turn. */
const flippedFiles = 10;
const ourBranch = 'spillway';

/** Everybody has a branch of its own, and takes turns with the others. */
interface Writer {
	readonly name: string;
	readonly branch: string;
	/** In ms. */
	flip(flip: Flip): Promise<number>;
}

export async function measureFlips(stage: GitStage, rounds: FlipRounds): Promise<readonly Row[]> {
	const { server, engine, owner } = stage;
	await server.branch(ourBranch);
	const ours = await startGitEngine(engine, { url: server.url, branch: ourBranch, shape: server.shape });
	owner.teardown(ours.stop);
	const times: FlipTimes[] = [];
	const spillway: Writer = {
		name: 'Spillway',
		branch: ourBranch,
		async flip(flip) {
			const taken = await ours.flip([flip]);
			times.push(taken);
			return taken.pushed;
		},
	};
	const writers = [spillway, ...(await openWarmWays(stage))];
	await takeTurns(server, writers, { rounds: flippedFiles, foreign: false });
	times.length = 0;
	const alone = await takeTurns(server, writers, { rounds: rounds.alone, foreign: false });
	const timesAlone = times.splice(0);
	const beside = await takeTurns(server, writers, { rounds: rounds.beside, foreign: true });
	const size = server.shape.files.toLocaleString('en');
	return [
		...describe(`${size} files: one flip`, timesAlone, alone),
		...describe(`${size} files: one flip, after a push of somebody else's`, times, beside),
	];
}

async function openWarmWays({ server, folder }: GitStage): Promise<readonly Writer[]> {
	const writers: Writer[] = [];
	for (const [index, { name, open }] of warmWays.entries()) {
		const branch = `plain-${index}`;
		await server.branch(branch);
		const { url, shape } = server;
		const clone = await open({ url, shape, branch, folder: join(folder, branch) });
		const flip = async (each: Flip): Promise<number> => {
			const began = performance.now();
			await clone(each);
			return performance.now() - began;
		};
		writers.push({ name, branch, flip });
	}
	return writers;
}

interface Turns {
	readonly rounds: number;
	readonly foreign: boolean;
}

/** What each took in each round, by name. Throws where a branch has not what was pushed. */
async function takeTurns(
	server: BenchServer,
	writers: readonly Writer[],
	{ rounds, foreign }: Turns,
): Promise<ReadonlyMap<string, readonly number[]>> {
	const times = new Map(writers.map(({ name }) => [name, [] as number[]]));
	for (let round = 0; round < rounds; round += 1) {
		const split = 10 * (round % flippedFiles);
		for (let turn = 0; turn < writers.length; turn += 1) {
			const writer = writers[(round + turn) % writers.length];
			if (writer === undefined) continue;
			const flip = await nextFlip(server, writer, split);
			if (foreign) await server.commitForeign(writer.branch);
			times.get(writer.name)?.push(await writer.flip(flip));
			if ((await nextFlip(server, writer, split)).side === flip.side) {
				throw new Error(`${writer.name} did not push`);
			}
		}
	}
	return times;
}

/** To the other side of where the branch has the split. */
async function nextFlip(server: BenchServer, { branch }: Writer, split: number): Promise<Flip> {
	const text = await server.show(branch, trafficPath(server.shape, split));
	const isPrimary = editTraffic(text, { split, side: 'primary' }) === text;
	return { split, side: isPrimary ? 'fallback' : 'primary' };
}

function describe(
	part: string,
	times: readonly FlipTimes[],
	all: ReadonlyMap<string, readonly number[]>,
): readonly Row[] {
	const whole = spreadOf(times.map(({ pushed }) => pushed));
	const pushed = spreadOf(times.map(({ pushed: until, slept }) => until - slept));
	const committed = spreadOf(times.map(({ committed: until, slept }) => until - slept));
	const plain = warmWays.map(({ name }) => ({ name, p50: spreadOf(all.get(name) ?? []).p50 }));
	const fastest = Math.min(...plain.map(({ p50 }) => p50));
	return [
		{ part, what: 'flips', value: times.length, unit: '' },
		{ part, what: 'decision → commit object, p50', value: committed.p50, unit: 'ms' },
		{ part, what: 'decision → pushed, p50', value: pushed.p50, unit: 'ms' },
		{ part, what: 'decision → pushed, p99', value: pushed.p99, unit: 'ms' },
		{ part, what: 'with the wait for others, p50', value: whole.p50, unit: 'ms' },
		{ part, what: 'with the wait for others, p99', value: whole.p99, unit: 'ms', ...atMost(300) },
		...plain.map(({ name, p50 }): Row => ({ part, what: `${name}, p50`, value: p50, unit: 'ms' })),
		{
			part,
			what: 'decision → pushed : the fastest of these',
			value: pushed.p50 / fastest,
			unit: '×',
			...atMost(1.3),
		},
	];
}
