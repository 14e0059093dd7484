// Several processes that contest Leases of one cluster in memory, each with its own clock, network and troubles.
import type { ExecutionContext } from 'ava';
import { defaultLeaseTimings, type LeaseTimings } from '../../src/model/lease.ts';
import type { Leadership } from '../../src/model/ports/leadership.ts';
import type { Problem } from '../../src/model/problem.ts';
import { createLeadership, type LeadershipParts } from '../../src/reconcile/leadership.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey, ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { findObject } from '../../src/simulator/world/apply.ts';
import { aNamespace, createObjects } from './kubernetes-objects.ts';
import { type Process, type ProcessOptions, startProcess } from './replica-wire.ts';

export interface ReplicaOptions extends ProcessOptions {
	readonly shards?: number;
	readonly timings?: LeaseTimings;
	readonly random?: () => number;
	readonly beforeRelease?: LeadershipParts['beforeRelease'];
}

export interface Replica extends Process {
	readonly identity: string;
	readonly problems: readonly Problem[];
	/** `+0`, `-0`: shards gained and lost, in order. */
	readonly changes: readonly string[];
	leads(policy?: string): boolean;
	/** Counted by its gains, so that each span of leading has its own. */
	epoch(): string;
	/** As SIGTERM; resolves once it has let go. */
	stop(): Promise<void>;
}

export interface Replicas {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	start(identity: string, options?: ReplicaOptions): Replica;
	/** Identities of those that lead the policy at this instant, of those that can act. */
	leaders(policy?: string): readonly string[];
	/** The Lease's spec, or that of another one. */
	lease(name?: string): Readonly<Record<string, unknown>> | undefined;
	/** Changes fields of the Lease's spec behind everybody's back. */
	editLease(spec: object): void;
	deleteLease(): void;
	/** Instants at which one gained what another one still led: there must be none. */
	readonly overlaps: readonly string[];
}

export const leaseName = 'spillway-east';
export const home = 'spillway';
const anyPolicy = 'emojivoto/emoji';

export function startReplicas(t?: ExecutionContext): Replicas {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace(home));
	const replicas: Replica[] = [];
	const dead = new Set<Replica>();
	const overlaps: string[] = [];
	const key = (name: string): ObjectKey => ({
		group: 'coordination.k8s.io',
		plural: 'leases',
		namespace: home,
		name,
	});
	const leaders = (policy = anyPolicy): readonly string[] =>
		replicas.filter((each) => !dead.has(each) && each.leads(policy)).map(({ identity }) => identity);
	t?.teardown(async () => {
		for (const each of replicas) each.trouble(undefined);
		await Promise.all(replicas.filter((each) => !dead.has(each)).map((each) => each.stop()));
	});
	return {
		clock,
		store,
		overlaps,
		leaders,
		start(identity, options = {}) {
			const replica = startReplica(
				{ clock, store, identity, options },
				{
					onGain: () => {
						const others = leaders().filter((other) => other !== identity);
						if (replica.leads(anyPolicy) && others.length > 0) {
							overlaps.push(`${identity} with ${others.join()} at ${clock.now()}`);
						}
					},
					onDeath: () => dead.add(replica),
				},
			);
			replicas.push(replica);
			return replica;
		},
		lease: (name = leaseName) =>
			findObject(store, key(name))?.['spec'] as Record<string, unknown> | undefined,
		editLease: (spec) => void store.patch(key(leaseName), 'application/merge-patch+json', { spec }),
		deleteLease: () => void store.delete(key(leaseName)),
	};
}

interface ReplicaSeed {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	readonly identity: string;
	readonly options: ReplicaOptions;
}

interface ReplicaListeners {
	readonly onGain: () => void;
	readonly onDeath: () => void;
}

function startReplica(seed: ReplicaSeed, listeners: ReplicaListeners): Replica {
	const { identity, options } = seed;
	const { shards = 1, timings = defaultLeaseTimings, random = () => 0.5, beforeRelease } = options;
	const process = startProcess(seed, options);
	const problems: Problem[] = [];
	const changes: string[] = [];
	const life = new AbortController();
	let gains = 0;
	const leadership: Leadership = createLeadership({
		cluster: process.cluster,
		namespace: home,
		name: leaseName,
		identity,
		shards,
		clock: process.clock,
		random,
		timings,
		...(beforeRelease === undefined ? {} : { beforeRelease }),
		onChange({ gained, lost }) {
			changes.push(...gained.map((shard) => `+${shard}`), ...lost.map((shard) => `-${shard}`));
			gains += gained.length;
			if (gained.length > 0) listeners.onGain();
		},
		onProblem: (each) => problems.push(each),
	});
	const run = leadership.run(life.signal);
	return {
		...process,
		identity,
		problems,
		changes,
		leads: (policy = anyPolicy) => leadership.leads(policy),
		epoch: () => `${identity}#${gains}`,
		kill() {
			listeners.onDeath();
			process.kill();
		},
		stop() {
			life.abort(new Error('stopped'));
			return run;
		},
	};
}
