// Several processes that contest Leases of one cluster in memory, each with its own clock, network and troubles.
import type { ExecutionContext } from 'ava';
import { defaultLeaseTimings, type LeaseTimings } from '../../src/model/lease.ts';
import type { Clock } from '../../src/model/ports/clock.ts';
import type { Cluster } from '../../src/model/ports/cluster.ts';
import type { Leadership } from '../../src/model/ports/leadership.ts';
import type { Problem } from '../../src/model/problem.ts';
import { createLeadership, type LeadershipParts } from '../../src/reconcile/leadership.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey, ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { findObject } from '../../src/simulator/world/apply.ts';
import { aNamespace, createObjects } from './kubernetes-objects.ts';
import { createWire, type Trouble, untilAborted } from './replica-wire.ts';

export interface ReplicaOptions {
	readonly shards?: number;
	readonly timings?: LeaseTimings;
	/** How fast its clock runs. */
	readonly rate?: number;
	/** How far its clock is off. */
	readonly offset?: number;
	readonly random?: () => number;
	/** Its watches never tell anything. */
	readonly blind?: boolean;
	readonly beforeRelease?: LeadershipParts['beforeRelease'];
}

export interface Replica {
	readonly identity: string;
	readonly cluster: Cluster;
	readonly network: MemoryCluster;
	readonly clock: Clock;
	readonly problems: readonly Problem[];
	/** `+0`, `-0`: shards gained and lost, in order. */
	readonly changes: readonly string[];
	leads(policy?: string): boolean;
	/** Counted by its gains, so that each span of leading has its own. */
	epoch(): string;
	/** Calls that it began so far. */
	effects(): number;
	/** What becomes of its calls from now on. */
	trouble(kind: Trouble | undefined): void;
	/** Called before (`sent` false) and after each call. */
	onEffect(listener: (index: number, sent: boolean) => void): void;
	/** Nothing of it runs until it is resumed. */
	pause(): void;
	resume(): void;
	/** As SIGKILL: nothing of it ever runs again. */
	kill(): void;
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
	const sleepiness = createSleepiness();
	const clock = createReplicaClock(seed, sleepiness.awake);
	const network = createMemoryCluster({ name: 'east', store: seed.store, clock: seed.clock });
	const view = options.blind ? { ...network, reflect: untilAborted } : network;
	const wire = createWire(view, sleepiness.awake);
	const problems: Problem[] = [];
	const changes: string[] = [];
	const life = new AbortController();
	let gains = 0;
	const leadership: Leadership = createLeadership({
		cluster: wire.cluster,
		namespace: home,
		name: leaseName,
		identity,
		shards,
		clock,
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
		identity,
		cluster: wire.cluster,
		network,
		clock,
		problems,
		changes,
		leads: (policy = anyPolicy) => leadership.leads(policy),
		epoch: () => `${identity}#${gains}`,
		effects: wire.effects,
		trouble: wire.trouble,
		onEffect: wire.onEffect,
		pause: sleepiness.pause,
		resume: sleepiness.resume,
		kill() {
			listeners.onDeath();
			sleepiness.pause();
			// Its watches end as well.
			network.faults.inject({ kind: 'unreachable' });
		},
		stop() {
			life.abort(new Error('stopped'));
			return run;
		},
	};
}

interface Sleepiness {
	pause(): void;
	resume(): void;
	awake(): Promise<void>;
}

function createSleepiness(): Sleepiness {
	let sleep: PromiseWithResolvers<void> | undefined;
	return {
		pause: () => (sleep ??= Promise.withResolvers<void>()),
		resume() {
			sleep?.resolve();
			sleep = undefined;
		},
		async awake() {
			while (sleep !== undefined) await sleep.promise;
		},
	};
}

function createReplicaClock({ clock, options }: ReplicaSeed, awake: Sleepiness['awake']): Clock {
	const { rate = 1, offset = 0 } = options;
	const origin = clock.now();
	return {
		now: () => origin + offset + (clock.now() - origin) * rate,
		async sleep(span, signal) {
			await clock.sleep(span / rate, signal);
			await awake();
			signal.throwIfAborted();
		},
	};
}
