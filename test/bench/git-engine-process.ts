// Spillway's Commit mode by itself in a process: the mirror, the delivery and the nudge as `spillway run` has them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepHeapSmall } from '../../src/cli/small-heap.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { deliverByCommit } from '../../src/deliver/commit.ts';
import { createSyncers, type DeclaredSyncers } from '../../src/deliver/syncer/syncers.ts';
import { openRepository } from '../../src/git/mirror.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { EditChange } from '../../src/model/change.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { CommitId, Repository } from '../../src/model/ports/repository.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { type Access, connectionOf } from './access.ts';
import { clusterName } from './dataset.ts';
import { author, composeFlip, type Flip, type RepositoryShape } from './git-dataset.ts';
import { answerCalls } from './process-calls.ts';
import { type Stalls, watchStalls } from './stalls.ts';

export interface GitEngineSetup {
	readonly url: string;
	readonly branch: string;
	readonly shape: RepositoryShape;
	/** A cluster whose Flux is told of each push. */
	readonly nudged?: Access;
}

/** In ms since the decision. What was slept is the wait for others to share the commit. */
export interface FlipTimes {
	readonly slept: number;
	/** Until the last commit object was written. */
	readonly committed: number;
	readonly pushed: number;
	/** When it was pushed, on the clock of the machine. */
	readonly pushedAt: number;
	/** Commit objects that were made. */
	readonly commits: number;
}

export interface GitUsage {
	/** Bytes. */
	readonly peakRss: number;
	/** Since the last reading. */
	readonly stalls: Stalls;
}

interface Engine {
	readonly setup: GitEngineSetup;
	readonly repository: Repository;
	readonly delivery: Delivery<EditChange>;
	readonly syncers?: DeclaredSyncers;
}

keepHeapSmall();

const stop = new AbortController();
const { signal } = stop;
const readStalls = watchStalls();
const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
const seen = { slept: 0, commits: 0, committedAt: 0 };
let engine: Engine | undefined;
let close = (): Promise<void> => Promise.resolve();

answerCalls({ open, refresh, flip, usage }, async () => {
	stop.abort();
	engine?.syncers?.close();
	await close();
	await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Opens the mirror and fetches the branch; in ms since the process started. */
async function open(setup: GitEngineSetup): Promise<number> {
	const { url, branch, nudged } = setup;
	const mirror = { url, branch, folder: join(folder, 'mirror.git'), allowInsecure: true };
	const repository = watched(await openRepository({ ...mirror, environment: process.env }, signal));
	await repository.refresh(signal);
	const parts = { repository, editor: manifestEditor, random: Math.random, author };
	const delivery = deliverByCommit({ ...parts, clock: countingClock });
	const syncers = nudged === undefined ? undefined : connectSyncers(repository, nudged);
	engine = { setup, repository, delivery, ...(syncers && { syncers }) };
	return performance.now();
}

/** In ms. */
async function refresh(): Promise<number> {
	const began = performance.now();
	await current().repository.refresh(signal);
	return performance.now() - began;
}

/** Delivers all of it at once, as decided this moment. */
async function flip(flips: readonly Flip[]): Promise<FlipTimes> {
	const { setup, delivery, syncers } = current();
	const decidedAt = systemClock.now();
	Object.assign(seen, { slept: 0, commits: 0, committedAt: decidedAt });
	const changes = flips.map((each) => composeFlip(setup.shape, each, decidedAt));
	const receipts = await Promise.all(changes.map((change) => delivery.deliver(change, signal)));
	const pushedAt = systemClock.now();
	const [commit] = new Set(receipts.map(commitOf));
	if (commit !== undefined) syncers?.nudge(clusterName, commit);
	const { slept, commits, committedAt } = seen;
	return { slept, commits, committed: committedAt - decidedAt, pushed: pushedAt - decidedAt, pushedAt };
}

function commitOf(receipt: Receipt): CommitId {
	if (receipt.kind !== 'delivered' || receipt.evidence.kind !== 'committed') {
		throw new Error(`not delivered: ${JSON.stringify(receipt)}`);
	}
	return receipt.evidence.commit;
}

function usage(): GitUsage {
	return { peakRss: process.resourceUsage().maxRSS * 1024, stalls: readStalls() };
}

function current(): Engine {
	if (engine === undefined) throw new Error('not open');
	return engine;
}

function watched(repository: Repository): Repository {
	return {
		...repository,
		async commit(...call) {
			const id = await repository.commit(...call);
			seen.commits += 1;
			seen.committedAt = systemClock.now();
			return id;
		},
	};
}

/** Sleeps that come to their end are waits; deadlines that were met are not. */
const countingClock: Clock = {
	now: systemClock.now,
	async sleep(span, until) {
		const began = performance.now();
		await systemClock.sleep(span, until);
		seen.slept += performance.now() - began;
	},
};

function connectSyncers(repository: Repository, access: Access): DeclaredSyncers {
	const parts = { clock: systemClock, random: Math.random };
	const cluster = connectCluster({ ...parts, name: clusterName, connection: connectionOf(access) });
	close = cluster.close;
	const syncers = createSyncers({
		...parts,
		repository,
		findCluster: () => Promise.resolve(cluster),
		onNews: () => undefined,
		onProblem: ({ message }) => process.stderr.write(`${message}\n`),
	});
	const way = { kind: 'context', context: clusterName } as const;
	const manifests = `clusters/${clusterName}`;
	syncers.declare([{ name: clusterName, access: way, manifests, syncer: { kind: 'Flux' } }]);
	return syncers;
}
