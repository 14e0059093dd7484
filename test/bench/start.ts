// A start on a healthy cluster, and what it takes to watch it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createGitRemote } from '../../src/simulator/git-remote.ts';
import { type BenchLab, seed, touchSlice } from './bench-lab.ts';
import { composeRepository, countSplits, type Dataset, listNamespaces, listPrimaries } from './dataset.ts';
import type { EngineSetup } from './engine-process.ts';
import { type Engine, startEngine } from './measured-processes.ts';
import { atMost, type Row } from './row.ts';

/** Each split with a primary of its own, of 100 endpoints. */
export function aFleet(namespaces: number, splits: number): Dataset {
	return { name: 'fleet', namespaces, splits, primaries: 'own', endpoints: 100 };
}

const rate = 100;
/** After the start, until its memory is read, in ms. */
const rest = 10_000;
const mebibyte = 1024 * 1024;

export async function measureStart(
	lab: BenchLab,
	dataset: Dataset,
	seconds: number,
): Promise<readonly Row[]> {
	await seed(lab, dataset);
	const size = countSplits(dataset).toLocaleString('en');
	const rows = [...(await measureOne(lab, { access: lab.access, dataset }, { size, seconds }))];
	const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
	try {
		const { url: repo } = await createGitRemote({
			folder: join(folder, 'config.git'),
			files: composeRepository(dataset),
			message: 'Policies',
			author: { name: 'Bench', email: 'bench@example.com' },
			at: Date.now(),
		});
		rows.push(...(await measureOne(lab, { access: lab.access, dataset, repo }, { size, seconds: 0 })));
	} finally {
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	}
	return rows;
}

interface Words {
	readonly size: string;
	/** Of slice events; none with 0. */
	readonly seconds: number;
}

async function measureOne(
	lab: BenchLab,
	setup: EngineSetup,
	{ size, seconds }: Words,
): Promise<readonly Row[]> {
	const from = setup.repo === undefined ? '' : ', policies from Git';
	const part = `Start: ${size} slices of 100 endpoints, ${size} splits${from}`;
	const engine = await startEngine(lab.engine, setup);
	try {
		await setTimeout(rest);
		const { rss, peakRss, heapUsed, writes, events, stalls } = await engine.usage();
		const limit = setup.repo === undefined ? atMost(128) : {};
		return [
			{ part, what: 'process started → all decided', value: engine.start.sinceProcess / 1000, unit: 's' },
			{ part, what: 'first request → all decided', value: engine.start.sinceRun / 1000, unit: 's' },
			{ part, what: 'writes', value: writes + events, unit: '', ...atMost(0) },
			{ part, what: 'resident memory', value: rss / mebibyte, unit: 'MiB', ...limit },
			{ part, what: 'of it JavaScript heap in use', value: heapUsed / mebibyte, unit: 'MiB' },
			{ part, what: 'its peak', value: peakRss / mebibyte, unit: 'MiB' },
			{ part, what: 'longest stall of the event loop', value: stalls.max, unit: 'ms', ...atMost(50) },
			{ part, what: 'stalls, p99', value: stalls.p99, unit: 'ms' },
			...(seconds === 0 ? [] : await measureEvents(lab, setup.dataset, engine, seconds)),
		];
	} finally {
		await engine.stop();
	}
}

/** What slices that change and change no verdict cost. */
async function measureEvents(
	lab: BenchLab,
	dataset: Dataset,
	engine: Engine,
	seconds: number,
): Promise<readonly Row[]> {
	const part = `${rate} slices of 100 endpoints change each second`;
	const namespaces = listNamespaces(dataset);
	const primaries = listPrimaries(dataset);
	const before = await engine.usage();
	const began = performance.now();
	const writes: Promise<void>[] = [];
	for (let event = 0; event < rate * seconds; event += 1) {
		const namespace = namespaces[event % namespaces.length] ?? '';
		const service = primaries[Math.floor(event / namespaces.length) % primaries.length] ?? '';
		writes.push(touchSlice(lab, { namespace, service, ready: false }));
		const due = began + ((event + 1) * 1000) / rate;
		await setTimeout(Math.max(0, due - performance.now()));
	}
	await Promise.all(writes);
	const spent = performance.now() - began;
	const after = await engine.usage();
	return [
		{ part, what: 'CPU of one core', value: (100 * (after.cpu - before.cpu)) / spent, unit: '%' },
		{ part, what: 'events really sent', value: (1000 * rate * seconds) / spent, unit: '/s' },
		{ part, what: 'writes', value: after.writes - before.writes, unit: '', ...atMost(0) },
		{ part, what: 'longest stall of the event loop', value: after.stalls.max, unit: 'ms', ...atMost(50) },
		{ part, what: 'resident memory after', value: after.rss / mebibyte, unit: 'MiB' },
	];
}
