// The floors: what the same client takes for the same kind of patch without a reconciler, by itself in a process.
import { systemClock } from '../../src/cli/system-clock.ts';
import { type ConnectedCluster, connectCluster } from '../../src/kubernetes/cluster.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import type { Item, WriteOutcome } from '../../src/model/ports/cluster.ts';
import { readSplit, trafficSplits } from '../../src/model/traffic-split.ts';
import type { Weights } from '../../src/model/weights.ts';
import { patchWeights } from '../../src/plan/weight-patch.ts';
import { type Access, connectionOf } from './access.ts';
import { clusterName, type Dataset, listNamespaces } from './dataset.ts';
import { inFlight } from './in-flight.ts';
import { answerCalls } from './process-calls.ts';

export interface WriterSetup {
	readonly access: Access;
	readonly dataset: Dataset;
}

export interface Round {
	/** So many of the dataset's splits. */
	readonly splits: number;
	readonly inFlight: number;
	/** After each patch an Event is created and waited for, as linkerd-failover does. */
	readonly events?: boolean;
}

/** In ms: of the whole round, and of each patch from its start until it was acknowledged. */
export interface RoundTimes {
	readonly total: number;
	readonly patches: readonly number[];
}

const signal = new AbortController().signal;
let cluster: ConnectedCluster | undefined;
let splits: LiveTarget[] = [];

answerCalls({ open, flip }, async () => cluster?.close());

/** Reads the splits; call it again after somebody else has written them. */
async function open({ access, dataset }: WriterSetup): Promise<number> {
	const connection = connectionOf(access);
	await cluster?.close();
	const connected = connectCluster({
		name: clusterName,
		connection,
		clock: systemClock,
		random: Math.random,
	});
	cluster = connected;
	splits = [];
	for (const namespace of listNamespaces(dataset)) splits.push(...(await listSplits(connected, namespace)));
	return splits.length;
}

async function listSplits(connected: ConnectedCluster, namespace: string): Promise<readonly LiveTarget[]> {
	const done = new AbortController();
	let items: readonly Item<ReturnType<typeof readSplit>>[] = [];
	await connected.reflect(
		{ resource: trafficSplits, namespace, decode: readSplit },
		(change) => {
			if (change.kind !== 'reset') return;
			items = change.items;
			done.abort();
		},
		done.signal,
	);
	return items.flatMap(({ value }) => (value.kind === 'target' ? [value.target] : []));
}

/** Swaps the two weights of splits, each by a conditional patch. */
async function flip({ splits: count, inFlight: limit, events = false }: Round): Promise<RoundTimes> {
	const patches: number[] = [];
	const began = performance.now();
	await inFlight(limit, splits.slice(0, count).entries(), async ([index, split]) => {
		const start = performance.now();
		splits[index] = await flipSplit(split);
		patches.push(performance.now() - start);
		if (events) await createEvent(split);
	});
	return { total: performance.now() - began, patches };
}

async function flipSplit(split: LiveTarget): Promise<LiveTarget> {
	const { namespace, name } = split;
	const operations = patchWeights(split, swapWeights(split));
	const ref = { resource: trafficSplits, namespace, name, version: 'v1alpha2' };
	const outcome = await writer().patch(ref, operations, signal);
	if (outcome.kind !== 'written') throw new Error(`${name}: ${describe(outcome)}`);
	const facts = readSplit(outcome.object);
	if (facts.kind !== 'target') throw new Error(`${name} cannot be read any more`);
	return facts.target;
}

function swapWeights({ rules }: LiveTarget): Weights {
	const backends = rules.flatMap((rule) => rule.backends);
	return new Map(backends.map(({ service, weight }) => [service, weight === 0 ? 1 : 0]));
}

async function createEvent({ namespace, name, uid }: LiveTarget): Promise<void> {
	const target = { resource: trafficSplits, namespace, name, uid };
	const regarding = { ...target, kind: 'TrafficSplit', apiVersion: 'split.smi-spec.io/v1alpha2' };
	const event = { regarding, type: 'Normal', reason: 'Failover', note: 'failing over to fallbacks' } as const;
	await writer().createEvent(event, signal);
}

function writer(): ConnectedCluster {
	if (cluster === undefined) throw new Error('not open');
	return cluster;
}

function describe(outcome: Exclude<WriteOutcome, { kind: 'written' }>): string {
	return 'message' in outcome ? `${outcome.kind}: ${outcome.message}` : outcome.kind;
}
