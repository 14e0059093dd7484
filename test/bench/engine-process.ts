// Spillway's reconciler as `spillway run` composes it, by itself in a process, with what a bench asks of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleReconciler } from '../../src/cli/reconciliation.ts';
import { createLoneReplica } from '../../src/cli/replica.ts';
import { keepHeapSmall } from '../../src/cli/small-heap.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { Cluster } from '../../src/model/ports/cluster.ts';
import type { Reconciler } from '../../src/reconcile/reconciler.ts';
import { createEventReporter } from '../../src/report/kubernetes-events.ts';
import { createLog } from '../../src/report/log.ts';
import { logNotices } from '../../src/report/notice-log.ts';
import { quietRepeats } from '../../src/report/quiet-repeats.ts';
import { type Access, connectionOf } from './access.ts';
import { clusterName, composePolicies, countSplits, type Dataset } from './dataset.ts';
import { answerCalls } from './process-calls.ts';
import { watchStalls } from './stalls.ts';

export interface EngineSetup {
	readonly access: Access;
	readonly dataset: Dataset;
	/** A repository to read the policies from; without it they are given. */
	readonly repo?: string;
}

/** Times in ms. */
export interface Start {
	/** From the start of the process until every policy had its first decision on all its inputs. */
	readonly sinceProcess: number;
	/** The same from the first request. */
	readonly sinceRun: number;
}

export interface Usage {
	/** Bytes. */
	readonly rss: number;
	readonly peakRss: number;
	/** Garbage that was not collected yet included. */
	readonly heapUsed: number;
	/** Time spent in user and system code, in ms. */
	readonly cpu: number;
	readonly stalls: { readonly max: number; readonly p99: number };
	/** Requests that write, from the start on. */
	readonly writes: number;
	readonly reads: number;
	readonly events: number;
}

keepHeapSmall();

const stop = new AbortController();
const readStalls = watchStalls();
const counts = { writes: 0, reads: 0, events: 0 };
const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
let running: Promise<unknown> = Promise.resolve();
let close = (): Promise<void> => Promise.resolve();

answerCalls({ start, usage }, async () => {
	stop.abort();
	await running;
	await close();
	await rm(folder, { recursive: true, force: true });
});

async function start(setup: EngineSetup): Promise<Start> {
	const connection = connectionOf(setup.access);
	const connected = connectCluster({
		name: clusterName,
		connection,
		clock: systemClock,
		random: Math.random,
	});
	close = connected.close;
	const began = performance.now();
	const { promise, resolve, reject } = Promise.withResolvers<Start>();
	const reported = new Set<string>();
	const reconciler = compose(counted(connected), (policy) => {
		reported.add(policy);
		if (reported.size < countSplits(setup.dataset)) return;
		const now = performance.now();
		resolve({ sinceProcess: now, sinceRun: now - began });
	});
	running = Promise.all([reconciler.run(stop.signal), followPolicies(setup, reconciler)]);
	running.catch(reject);
	return await promise;
}

function compose(cluster: Cluster, onReport: (policy: string) => void): Reconciler {
	const findCluster = (): Promise<Cluster> => Promise.resolve(cluster);
	const log = createLog({ format: 'json', clock: systemClock, write: () => undefined });
	const tell = quietRepeats(systemClock, logNotices(log));
	const events = createEventReporter({
		findCluster,
		log,
		clock: systemClock,
		isWriting: () => reconciler.isWriting(),
	});
	const onNotice = (notice: Notice): void => {
		tell(notice);
		events.report(notice);
	};
	const reconciler = assembleReconciler({
		...createLoneReplica(),
		clock: systemClock,
		random: Math.random,
		repository: undefined,
		findCluster,
		writes: true,
		onNotice,
		onReport: ({ key }) => onReport(key),
	});
	return reconciler;
}

/** Git is loaded only where there is a repository. */
async function followPolicies({ repo, dataset }: EngineSetup, reconciler: Reconciler): Promise<void> {
	if (repo === undefined) {
		const access = { kind: 'context', context: clusterName } as const;
		const clusters = [{ name: clusterName, access }];
		reconciler.apply({ commit: '0', policies: composePolicies(dataset), clusters, problems: [] });
		return;
	}
	const { openRepository } = await import('../../src/git/mirror.ts');
	const { followPolicies: follow } = await import('../../src/observe/policy-source.ts');
	const mirror = { url: repo, branch: 'main', folder: join(folder, 'mirror.git'), allowInsecure: true };
	const repository = await openRepository({ ...mirror, environment: process.env }, stop.signal);
	await follow(
		{
			repository,
			clock: systemClock,
			random: Math.random,
			interval: 15_000,
			onRevision: reconciler.apply,
			onProblem: ({ message }) => process.stderr.write(`${message}\n`),
		},
		stop.signal,
	);
}

function counted(cluster: Cluster): Cluster {
	const count = <Call extends keyof typeof counts>(what: Call): void => {
		counts[what] += 1;
	};
	return {
		name: cluster.name,
		reflect: cluster.reflect,
		read(...call) {
			count('reads');
			return cluster.read(...call);
		},
		patch(...call) {
			count('writes');
			return cluster.patch(...call);
		},
		apply(...call) {
			count('writes');
			return cluster.apply(...call);
		},
		create(...call) {
			count('writes');
			return cluster.create(...call);
		},
		replace(...call) {
			count('writes');
			return cluster.replace(...call);
		},
		createEvent(...call) {
			count('events');
			return cluster.createEvent(...call);
		},
	};
}

function usage(): Usage {
	const { user, system } = process.cpuUsage();
	const peakRss = process.resourceUsage().maxRSS * 1024;
	const { rss, heapUsed } = process.memoryUsage();
	return { rss, peakRss, heapUsed, cpu: (user + system) / 1000, stalls: readStalls(), ...counts };
}
