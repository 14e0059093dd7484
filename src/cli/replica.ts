// What this process is among the replicas of one deployment: whether it leads, and what it remembers across restarts.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createConfigMapStore } from '../kubernetes/config-map-store.ts';
import { defaultLeaseTimings, type LeaseTimings } from '../model/lease.ts';
import type { Namespace, PolicyKey } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import type { Leadership } from '../model/ports/leadership.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { LedgerStore } from '../model/ports/ledger-store.ts';
import type { Log } from '../model/ports/log.ts';
import type { Problem } from '../model/problem.ts';
import { type Shard, shardOf } from '../model/shards.ts';
import { createDurableLedger, type DurableLedger } from '../reconcile/durable-ledger.ts';
import { alwaysLeading, createLeadership } from '../reconcile/leadership.ts';
import { createMemoryLedger } from '../reconcile/memory-ledger.ts';
import { createLedgerFile } from './ledger-file.ts';

export interface ReplicaParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly onProblem: (problem: Problem) => void;
	/** This process may carry these policies out from now on. */
	readonly onLead: (concerns: (policy: PolicyKey) => boolean) => void;
}

export interface Replica {
	readonly ledger: Ledger;
	/** To be asked right before every write. */
	leads(policy: PolicyKey): boolean;
	/** The policies in force: the ledger forgets all others. */
	retain(policies: ReadonlySet<PolicyKey>): void;
	/** Takes part until aborted; then saves what is left, and lets go of the Lease. */
	run(signal: AbortSignal): Promise<void>;
}

/** Where Lease and ledger are kept. */
export interface HomeOptions {
	readonly cluster: Cluster;
	readonly namespace: Namespace;
	/** Of the Lease, and what the ledger's name begins with: `spillway-east`. */
	readonly name: string;
	readonly shards: number;
	/** False: nobody else runs, so that no Lease is needed. */
	readonly elects: boolean;
	readonly timings?: LeaseTimings;
}

/** The only one, whose memory ends with it. */
export function createLoneReplica(): Replica {
	return { ledger: createMemoryLedger(), leads: () => true, retain: () => undefined, run: alwaysLeading.run };
}

/** The only one, with its ledger in a file. */
export function createFileReplica(path: string, parts: ReplicaParts): Replica {
	const ledger = openLedger([createLedgerFile(path)], parts);
	return joinReplica(alwaysLeading, ledger, [0]);
}

/** One of several, with Lease and ledger in the home cluster. */
export function createHomeReplica(home: HomeOptions, parts: ReplicaParts): Replica {
	const { cluster, namespace, name, shards, elects, timings = defaultLeaseTimings } = home;
	const all = Array.from({ length: shards }, (_, shard) => shard);
	const ledgerName = (shard: Shard): string => (shards > 1 ? `${name}-ledger-${shard}` : `${name}-ledger`);
	const stores = all.map((shard) => createConfigMapStore({ cluster, namespace, name: ledgerName(shard) }));
	const ledger = openLedger(stores, parts);
	if (!elects) return joinReplica(alwaysLeading, ledger, all);
	const identity = `${hostname()}_${randomBytes(4).toString('hex')}`;
	const leadership = createLeadership({
		...parts,
		cluster,
		namespace,
		name,
		identity,
		shards,
		timings,
		beforeRelease: ledger.release,
		onChange({ gained, lost }) {
			for (const shard of gained) ledger.adopt(shard);
			for (const shard of lost) ledger.drop(shard);
			const which = shards > 1 ? { shards: [...gained, ...lost] } : {};
			const message = gained.length > 0 ? 'leading' : 'no longer leading';
			parts.log.info(message, { lease: `${namespace}/${name}`, identity, ...which });
		},
	});
	return joinReplica(leadership, ledger, []);
}

function openLedger(stores: readonly LedgerStore[], parts: ReplicaParts): DurableLedger {
	const onReady = (shard: Shard): void => parts.onLead((policy) => shardOf(policy, stores.length) === shard);
	return createDurableLedger({ ...parts, stores, onReady });
}

/** `owned`: the shards that need no election. */
function joinReplica(leadership: Leadership, ledger: DurableLedger, owned: readonly Shard[]): Replica {
	return {
		ledger,
		leads: (policy) => ledger.ready(policy) && leadership.leads(policy),
		retain: ledger.retain,
		async run(signal) {
			for (const shard of owned) ledger.adopt(shard);
			const writing = new AbortController();
			const keeping = ledger.run(writing.signal);
			// The ledger is written until the last shard is let go.
			await leadership.run(signal);
			for (const shard of owned) await ledger.release(shard, AbortSignal.timeout(releasePatience));
			writing.abort(signal.reason);
			await keeping;
		},
	};
}

/** How long the end may wait for what is not saved yet. */
const releasePatience = 2_000;
