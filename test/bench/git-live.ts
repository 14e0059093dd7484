// From a push until Flux's own kustomize-controller has applied it, with Spillway's nudge and without.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startFlux } from '../lab/flux.ts';
import { type AttachedLab, attachLab } from '../lab/held-lab.ts';
import { openCluster } from '../lab/open-cluster.ts';
import { findParts, fluxParts, missingParts } from '../lab/parts.ts';
import { readAccess } from './bench-lab.ts';
import { clusterName, type Dataset, splitName } from './dataset.ts';
import type { RepositoryShape } from './git-dataset.ts';
import { type GitEngine, startGitEngine } from './git-engine.ts';
import { type BenchServer, startBenchServer } from './git-server.ts';
import { createObserver, type Observer, type Side } from './observer.ts';
import { createOwner, type Owner } from './owner.ts';
import { atMost, type Row } from './row.ts';
import { spreadOf } from './statistics.ts';

/** A folder small enough that to apply it is quick: what Flux takes for a large one is its own. */
const shape: RepositoryShape = { name: 'live', files: 1_000, splits: 10, manifests: 2 };
/** The same splits as the watcher knows them. */
const dataset: Dataset = { name: 'live', namespaces: 1, splits: 10, primaries: 'shared', endpoints: 0 };
/** How often the source is looked at without a nudge, in s: people ask for a minute, for which a bench has no time. */
const interval = 5;

/** From one flip to the next, in ms: so that Flux is through with the one before. */
const rest = 2_000;

export interface LiveRounds {
	readonly nudged: number;
	readonly patient: number;
}

interface LiveStage {
	readonly owner: Owner;
	readonly engine: URL;
	readonly server: BenchServer;
	readonly observer: Observer;
	readonly facts: AttachedLab['clusters'][number];
}

/** Throws where the lab's parts are missing. */
export async function measureLive(engine: URL, { nudged, patient }: LiveRounds): Promise<readonly Row[]> {
	const parts = await findParts(fluxParts, process.env);
	const missing = missingParts(fluxParts, parts);
	if (missing.length > 0) throw new Error(`no ${missing.join(', no ')}: run npm run lab -- build`);
	const owner = createOwner();
	try {
		const fluxScratch = await makeScratch(owner);
		const lab = await attachLab({ names: [clusterName], parts, flux: true, fluxScratch });
		owner.teardown(lab.stop);
		const [facts] = lab.clusters;
		if (facts === undefined) throw new Error('the lab has no cluster');
		const observer = await startObserver(owner, facts);
		const server = await startBenchServer(owner, shape);
		const stage: LiveStage = { owner, engine, server, observer, facts };
		return describe(await measureNudged(stage, nudged), await measurePatient(stage, patient));
	} finally {
		await owner.end();
	}
}

/**
 * In memory, where that can be had, as Flux advises for busy controllers: it unpacks the whole repository for each
 * commit, and a slow disk would be most of what is measured.
 */
async function makeScratch(owner: Owner): Promise<string> {
	const make = (parent: string): Promise<string> => mkdtemp(join(parent, 'spillway-bench-'));
	const folder = await make('/dev/shm').catch(() => make(tmpdir()));
	owner.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
	return folder;
}

async function startObserver(owner: Owner, facts: LiveStage['facts']): Promise<Observer> {
	const cluster = await openCluster(facts);
	const observer = createObserver(cluster);
	const over = new AbortController();
	const observing = observer.run(over.signal);
	owner.teardown(async () => {
		over.abort();
		await observing;
		await cluster.close();
	});
	return observer;
}

/** In ms. */
interface LiveTimes {
	readonly sincePush: number;
	readonly sinceDecision: number;
}

/** Nothing but the nudge has Flux look. */
function measureNudged(stage: LiveStage, rounds: number): Promise<readonly LiveTimes[]> {
	return withFlux(stage, { interval: '1h', isNudged: true }, async (engine) => {
		const times: LiveTimes[] = [];
		for (let round = 0; round < rounds + 2; round += 1) {
			times.push(await flipLive(stage, engine, round));
			await setTimeout(rest);
		}
		return times.slice(2);
	});
}

/** Flux looks now and then, at no particular moment of ours. */
function measurePatient(stage: LiveStage, rounds: number): Promise<readonly LiveTimes[]> {
	return withFlux(stage, { interval: `${interval}s`, isNudged: false }, async (engine) => {
		const times: LiveTimes[] = [];
		for (let round = 0; round < rounds; round += 1) {
			await setTimeout(((round + Math.random()) / rounds) * interval * 1000);
			times.push(await flipLive(stage, engine, round));
		}
		return times;
	});
}

interface FluxUse {
	readonly interval: string;
	readonly isNudged: boolean;
}

async function withFlux(
	{ engine: file, server, facts }: LiveStage,
	{ interval: between, isNudged }: FluxUse,
	measure: (engine: GitEngine) => Promise<readonly LiveTimes[]>,
): Promise<readonly LiveTimes[]> {
	const owner = createOwner();
	try {
		const { url } = server;
		const flux = await startFlux(owner, { cluster: facts, url, interval: between });
		await flux.untilApplied(await server.tip('main'));
		const nudged = isNudged ? { nudged: await readAccess(facts.kubeconfig) } : {};
		const engine = await startGitEngine(file, { url, branch: 'main', shape, ...nudged });
		owner.teardown(engine.stop);
		return await measure(engine);
	} finally {
		await owner.end();
	}
}

async function flipLive({ observer }: LiveStage, engine: GitEngine, round: number): Promise<LiveTimes> {
	const split = round % shape.splits;
	const live = (side: Side): Promise<number> => observer.untilOne(dataset, splitName(split), side);
	const isPrimary = await Promise.race([
		live('primary').then(() => true),
		live('fallback').then(() => false),
	]);
	const side = isPrimary ? 'fallback' : 'primary';
	const seen = live(side);
	const { pushed, pushedAt } = await engine.flip([{ split, side }]);
	const sincePush = performance.timeOrigin + (await seen) - pushedAt;
	return { sincePush, sinceDecision: sincePush + pushed };
}

function describe(nudged: readonly LiveTimes[], patient: readonly LiveTimes[]): readonly Row[] {
	const part = 'Push → live through kustomize-controller';
	const since = spreadOf(nudged.map(({ sincePush }) => sincePush));
	const whole = spreadOf(nudged.map(({ sinceDecision }) => sinceDecision));
	const waited = spreadOf(patient.map(({ sincePush }) => sincePush));
	return [
		{ part, what: 'flips with the nudge', value: nudged.length, unit: '' },
		{ part, what: 'push → live with the nudge, p50', value: since.p50, unit: 'ms', ...atMost(500) },
		{ part, what: 'push → live with the nudge, p99', value: since.p99, unit: 'ms' },
		{ part, what: 'decision → live with the nudge, p50', value: whole.p50, unit: 'ms' },
		{ part, what: 'flips without it', value: patient.length, unit: '' },
		{
			part,
			what: `push → live without it, source every ${interval} s, p50`,
			value: waited.p50,
			unit: 'ms',
		},
	];
}
