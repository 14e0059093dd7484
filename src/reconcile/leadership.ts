// Leading by Leases: one for all policies, or one for each shard of them, shared among the replicas that live.
import {
	defaultLeaseTimings,
	findTimingFault,
	type LeaseRecord,
	type LeaseTimings,
	leases,
} from '../model/lease.ts';
import type { Namespace } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, Collection, CollectionChange } from '../model/ports/cluster.ts';
import type { Leadership } from '../model/ports/leadership.ts';
import type { Problem } from '../model/problem.ts';
import { ownerOf, type Shard, shardOf } from '../model/shards.ts';
import type { Instant } from '../model/time.ts';
import { createElector, type Elector } from './elector.ts';
import { readLease } from './lease-object.ts';
import { createMembership, type Membership } from './membership.ts';

export interface LeadershipParts {
	/** Where the Leases are. */
	readonly cluster: Cluster;
	readonly namespace: Namespace;
	/** Of the Lease: `spillway-east`. With several shards theirs are `spillway-east-0`, `-1`, … */
	readonly name: string;
	/** This process's alone, never reused: a pod's name and some chance. */
	readonly identity: string;
	/** 1: one replica leads all policies. The same for all replicas. */
	readonly shards: number;
	readonly clock: Clock;
	readonly random: Random;
	readonly timings?: LeaseTimings;
	readonly onChange: (change: LeadershipChange) => void;
	/**
	 * Called before a shard is given up on purpose, when `leads` is false already, no successor has begun and nothing
	 * was told as lost: lets its writes under way end. Bounded by half of the renew deadline.
	 */
	readonly beforeRelease?: (shard: Shard, signal: AbortSignal) => Promise<void>;
	readonly onProblem: (problem: Problem) => void;
}

/** Which shards this process begins or ends to lead. */
export interface LeadershipChange {
	readonly gained: readonly Shard[];
	readonly lost: readonly Shard[];
}

/** For a process that is the only one. */
export const alwaysLeading: Leadership = {
	leads: () => true,
	async run(signal) {
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			signal.addEventListener('abort', () => resolve(), { once: true });
		});
	},
};

/** On every Lease of a deployment, so that one watch shows them all. */
const deploymentLabel = 'spillway.dev/deployment';
const memberLabel = 'spillway.dev/member';

/** Throws RangeError on timings that cannot be safe. */
export function createLeadership(parts: LeadershipParts): Leadership {
	const { shards, timings = defaultLeaseTimings } = parts;
	const fault = findTimingFault(timings);
	if (fault !== undefined) throw new RangeError(fault);
	const timed = { ...parts, timings };
	const crew = shards > 1 ? createCrew(timed) : undefined;
	const electors = new Map<string, Elector>();
	const byShard = Array.from({ length: shards }, (_, shard) => {
		const name = shards > 1 ? `${parts.name}-${shard}` : parts.name;
		const elector = createShardElector(timed, { shard, name, crew });
		electors.set(name, elector);
		return elector;
	});
	const sink = (change: CollectionChange<LeaseRecord>): void => {
		if (change.kind === 'problem') parts.onProblem(change.problem);
		else if (change.kind !== 'alive') tellLeases({ parts, crew, electors }, change);
	};
	return {
		leads: (policy) => byShard[shardOf(policy, shards)]?.leads() ?? false,
		async run(signal) {
			const watching = new AbortController();
			const leading = new AbortController();
			const watch = parts.cluster.reflect(watchedLeases(parts), sink, watching.signal);
			const elections = byShard.map((elector) => elector.run(leading.signal));
			// A replica says goodbye first: what it gives up then belongs to others.
			await (crew?.run(signal) ?? alwaysLeading.run(signal));
			leading.abort(signal.reason);
			await Promise.all(elections);
			watching.abort(signal.reason);
			await watch;
		},
	};
}

type TimedParts = LeadershipParts & { readonly timings: LeaseTimings };

/** The replicas and what belongs to whom. */
interface Crew extends Membership {
	/** The watch has shown who takes part. */
	sync(): void;
	owns(shard: Shard): boolean;
}

function createCrew(parts: TimedParts): Crew {
	const { clock, identity, timings } = parts;
	const membership = createMembership({ ...parts, labels: labelsOf(parts, { [memberLabel]: 'true' }) });
	let started: Instant | undefined;
	let synced = false;
	return {
		...membership,
		sync: () => (synced = true),
		owns(shard) {
			started ??= clock.now();
			// Without a watch the others are not known; what they hold cannot be taken, what nobody holds can.
			if (!synced && clock.now() < started + timings.leaseDuration) return false;
			return ownerOf(shard, membership.live()) === identity;
		},
	};
}

interface ShardOptions {
	readonly shard: Shard;
	readonly name: string;
	readonly crew: Crew | undefined;
}

function createShardElector(parts: TimedParts, { shard, name, crew }: ShardOptions): Elector {
	const { namespace, beforeRelease } = parts;
	return createElector({
		...parts,
		ref: { resource: leases, version: 'v1', namespace, name },
		labels: labelsOf(parts),
		wanted: () => crew?.owns(shard) ?? true,
		onChange: (leads) => parts.onChange({ gained: leads ? [shard] : [], lost: leads ? [] : [shard] }),
		beforeRelease: async (signal) => await beforeRelease?.(shard, signal),
	});
}

function labelsOf(
	{ name }: Pick<LeadershipParts, 'name'>,
	more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
	return { 'app.kubernetes.io/managed-by': 'spillway', [deploymentLabel]: name, ...more };
}

function watchedLeases({ namespace, name }: LeadershipParts): Collection<LeaseRecord> {
	return {
		resource: leases,
		namespace,
		labelSelector: `${deploymentLabel}=${name}`,
		decode: (object) => readLease(object).record,
	};
}

interface Audience {
	readonly parts: LeadershipParts;
	readonly crew: Crew | undefined;
	readonly electors: ReadonlyMap<string, Elector>;
}

/** News only make an elector look; what it then reads is what counts. */
function tellLeases(
	{ parts, crew, electors }: Audience,
	change: Extract<CollectionChange<LeaseRecord>, { kind: 'reset' | 'applied' | 'deleted' }>,
): void {
	const nudgeAll = (): void => {
		for (const elector of electors.values()) elector.nudge();
	};
	if (change.kind === 'reset') {
		for (const { name, value } of change.items) crew?.note(name, value);
		crew?.sync();
		nudgeAll();
		return;
	}
	const name = change.kind === 'applied' ? change.item.name : change.name;
	const record = change.kind === 'applied' ? change.item.value : undefined;
	if (crew?.note(name, record)) nudgeAll();
	// One's own renewal is no news.
	else if (record?.holder !== parts.identity) electors.get(name)?.nudge();
}
