// PullRequest mode at an embedded forge over HTTP: from the decision until the pull request is open.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { formatBranch } from '../../src/model/pull-request.ts';
import { type CompiledEngine, compileEngine } from './compiled-engine.ts';
import type { RepositoryShape } from './git-dataset.ts';
import { createOwner, type Owner } from './owner.ts';
import { type BenchOptions, type Part, runParts } from './parts.ts';
import { type CalledProcess, startProcess } from './process-calls.ts';
import { watchTreeMemory } from './process-memory.ts';
import type { Asking, AskTimes, PullRequestEngineSetup } from './pull-requests-engine-process.ts';
import type { BranchFacts, ForgeAccess } from './pull-requests-forge-process.ts';
import { atMost, type Row } from './row.ts';
import { percentile, spreadOf } from './statistics.ts';

/** How often what is measured. */
interface Rounds {
	readonly single: number;
	readonly storms: number;
}

const splits = 1_000;
const warmUp = 3;
const mebibyte = 2 ** 20;
const quickRounds: Rounds = { single: 20, storms: 2 };

const parts: Readonly<Record<string, Part<CompiledEngine>>> = {
	'1k': {
		measure: ({ file }, quick) =>
			measureSize(file, aShape(1_000, 300), quick ? quickRounds : { single: 100, storms: 5 }),
	},
	'30k': {
		isLong: true,
		measure: ({ file }, quick) =>
			measureSize(file, aShape(30_000, 1_500), quick ? quickRounds : { single: 40, storms: 3 }),
	},
};

export const partNames: readonly string[] = Object.keys(parts);

export async function benchPullRequests(options: BenchOptions): Promise<readonly Row[]> {
	const engine = await compileEngine('pull-requests-engine-process');
	try {
		return await runParts(parts, engine, options);
	} finally {
		await engine.remove();
	}
}

function aShape(files: number, manifests: number): RepositoryShape {
	return { name: 'bench', files, splits, manifests };
}

interface Stage {
	readonly owner: Owner;
	readonly shape: RepositoryShape;
	readonly engine: URL;
	readonly forge: CalledProcess;
	readonly access: ForgeAccess;
}

async function measureSize(engine: URL, shape: RepositoryShape, rounds: Rounds): Promise<readonly Row[]> {
	const owner = createOwner();
	try {
		const forge = await startProcess(new URL('pull-requests-forge-process.ts', import.meta.url));
		owner.teardown(forge.stop);
		const access = await forge.call<ForgeAccess>('open', shape);
		const stage: Stage = { owner, shape, engine, forge, access };
		const counted = await countGitRuns(stage);
		const size = shape.files.toLocaleString('en');
		const single = await measureSingle(stage, `${size} files: one split`, rounds.single);
		const storms = await measureStorms(stage, `${size} files: 1,000 splits at once`, rounds.storms);
		return [
			...single,
			gitRuns(`${size} files: one split`, counted.single),
			...storms,
			gitRuns(`${size} files: 1,000 splits at once`, counted.storm),
		];
	} finally {
		await owner.end();
	}
}

function gitRuns(part: string, value: number): Row {
	return { part, what: 'git runs, until it is all as it is to be', value, unit: '' };
}

async function startEngine(
	{ engine, shape, access }: Stage,
	path = process.env['PATH'],
): Promise<CalledProcess> {
	const started = await startProcess(engine);
	const setup: PullRequestEngineSetup = { forge: access, shape, path };
	try {
		await started.call('open', setup);
	} catch (error) {
		await started.stop();
		throw error;
	}
	return started;
}

/** Each of them is another pull request, which goes before the next one. */
async function measureSingle(stage: Stage, part: string, rounds: number): Promise<readonly Row[]> {
	const engine = await startEngine(stage);
	try {
		const times: AskTimes[] = [];
		for (let round = 0; round < warmUp + rounds; round += 1) {
			const group = `east_single-${round}`;
			const asking: Asking = { group, splits: [(7 * round) % splits] };
			times.push(await engine.call<AskTimes>('ask', asking));
			await engine.call('withdraw', group);
		}
		return describeTimes(part, times.slice(warmUp));
	} finally {
		await engine.stop();
	}
}

async function measureStorms(stage: Stage, part: string, rounds: number): Promise<readonly Row[]> {
	let endWatch = (): Promise<number | undefined> => Promise.resolve(undefined);
	const engine = await startEngine(stage);
	try {
		endWatch = watchTreeMemory(engine.pid);
		const times: AskTimes[] = [];
		let facts: BranchFacts = { commits: 0, files: 0, pulls: 0 };
		for (let round = 0; round < rounds; round += 1) {
			const group = `east_storm-${round}`;
			const all = Array.from({ length: splits }, (_, split) => split);
			times.push(await engine.call<AskTimes>('ask', { group, splits: all } satisfies Asking));
			facts = await stage.forge.call<BranchFacts>('look', formatBranch({ move: 'failover', name: group }));
			await engine.call('withdraw', group);
		}
		const peakRss = await engine.call<number>('peakRss');
		const tree = await endWatch();
		return [
			...describeTimes(part, times, atMost(2_000)),
			{ part, what: 'pull requests', value: facts.pulls, unit: '', ...atMost(1) },
			{ part, what: 'commits', value: facts.commits, unit: '', ...atMost(1) },
			{ part, what: 'files that it changes', value: facts.files, unit: '' },
			{
				part,
				what: 'longest stall of the event loop',
				value: Math.max(...times.map(({ stall }) => stall)),
				unit: 'ms',
				...atMost(50),
			},
			{ part, what: 'peak of the process', value: peakRss / mebibyte, unit: 'MiB' },
			...(tree === undefined
				? []
				: [{ part, what: "peak with git's own processes", value: tree / mebibyte, unit: 'MiB' } as const]),
		];
	} finally {
		await endWatch();
		await engine.stop();
	}
}

function describeTimes(
	part: string,
	times: readonly AskTimes[],
	target: Pick<Row, 'target'> = {},
): readonly Row[] {
	const opened = spreadOf(times.map((each) => each.opened));
	const middle = (of: (times: AskTimes) => number): number => percentile(times.map(of), 0.5);
	return [
		{ part, what: 'rounds', value: times.length, unit: '' },
		{ part, what: 'decision → pull request open, p50', value: opened.p50, unit: 'ms' },
		{ part, what: 'decision → pull request open, p99', value: opened.p99, unit: 'ms', ...target },
		{ part, what: 'of that, fetch, p50', value: middle(({ fetch }) => fetch), unit: 'ms' },
		{ part, what: 'of that, commit and push, p50', value: middle(({ push }) => push), unit: 'ms' },
		{ part, what: 'of that, requests to the API, p50', value: middle(({ api }) => api), unit: 'ms' },
		{
			part,
			what: 'decision → labels, page and statuses set, p50',
			value: middle((all) => all.settled),
			unit: 'ms',
		},
		{
			part,
			what: 'API requests until it is open',
			value: middle(({ callsToOpen }) => callsToOpen),
			unit: '',
		},
		{ part, what: 'API requests in all', value: middle(({ calls }) => calls), unit: '' },
	];
}

/** In an engine of its own: who counts takes time. */
async function countGitRuns(stage: Stage): Promise<{ readonly single: number; readonly storm: number }> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
	stage.owner.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
	const path = process.env['PATH'] ?? '';
	const [log, program] = [join(folder, 'runs'), join(folder, 'git')];
	await writeFile(log, '');
	await writeFile(program, `#!/bin/sh\necho >> '${log}'\nPATH='${path}' exec git "$@"\n`);
	await chmod(program, 0o755);
	const engine = await startEngine(stage, `${folder}${delimiter}${path}`);
	const count = async (group: string, asked: readonly number[]): Promise<number> => {
		const before = (await readFile(log)).length;
		await engine.call('ask', { group, splits: asked } satisfies Asking);
		const runs = (await readFile(log)).length - before;
		await engine.call('withdraw', group);
		return runs;
	};
	try {
		await count('east_first', [0]);
		const single = await count('east_counted', [1]);
		const all = Array.from({ length: splits }, (_, split) => split);
		return { single, storm: await count('east_counted-storm', all) };
	} finally {
		await engine.stop();
	}
}
