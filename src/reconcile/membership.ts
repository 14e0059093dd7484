// Which replicas take part: each keeps a Lease of its own, and sees those of the others. Nothing is safe because of
// it; it only says who should try for which shard.
import { withinDeadline } from '../model/deadline.ts';
import {
	isReleased,
	type LeaseRecord,
	type LeaseTimings,
	leases,
	releaseRecord,
	sameRecord,
} from '../model/lease.ts';
import type { Namespace } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, VersionedRef } from '../model/ports/cluster.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';
import { composeLease, formatMicroTime, readLease, type StoredLease } from './lease-object.ts';

export interface MembershipParts {
	readonly cluster: Cluster;
	readonly namespace: Namespace;
	/** `spillway-east`: the Leases are `spillway-east-member-0`, `-1`, … */
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly identity: string;
	readonly timings: LeaseTimings;
	readonly clock: Clock;
	readonly random: Random;
	readonly onProblem: (problem: Problem) => void;
}

export interface Membership {
	/** What a watch showed of a Lease. Returns whether the members may be others now. */
	note(name: string, record: LeaseRecord | undefined): boolean;
	/** Identities of the replicas that take part, this one among them while it runs. */
	live(): readonly string[];
	/** Takes part until aborted, then says goodbye. */
	run(signal: AbortSignal): Promise<void>;
}

/** Tries in a row to find a Lease that nobody else takes at the same time. */
const attempts = 8;

/** A member that has not renewed for this many lease durations, by the wall clocks, left its Lease to others. */
const abandonedAfter = 20;

export function createMembership(parts: MembershipParts): Membership {
	const { clock, timings, identity, name } = parts;
	const seen = new Map<string, { readonly record: LeaseRecord; readonly since: Instant }>();
	let taking = false;
	let own: StoredLease | undefined;

	const take = async (place: string, signal: AbortSignal): Promise<StoredLease | undefined> => {
		const base = own ?? (await read(parts, place, signal));
		const free = own !== undefined || base === undefined || isFree(base.record, parts);
		return free ? await write(parts, { place, record: ownRecord(parts, base), base }, signal) : undefined;
	};
	/** One sign of life: renews the own Lease, or finds one. */
	const beat = async (signal: AbortSignal): Promise<void> => {
		const taken = new Set<string>();
		for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
			const place = own?.object.metadata.name ?? findPlace(parts, seen, taken);
			own = await take(place, signal);
			if (own !== undefined) return;
			taken.add(place);
		}
	};
	return {
		note(place, record) {
			if (!place.startsWith(`${name}-member-`)) return false;
			const before = seen.get(place);
			if (record === undefined) return seen.delete(place);
			if (before !== undefined && sameRecord(before.record, record)) return false;
			seen.set(place, { record, since: clock.now() });
			return before?.record.holder !== record.holder;
		},
		live() {
			const now = clock.now();
			const others = [...seen.values()]
				.filter(({ record, since }) => now < since + (record.duration ?? timings.leaseDuration))
				.map(({ record }) => record.holder)
				.filter((holder) => holder !== '' && holder !== identity);
			return taking ? [...new Set([identity, ...others])] : others;
		},
		async run(signal) {
			taking = true;
			while (!signal.aborted) {
				await beat(signal).catch((error) => tell(parts, error, signal));
				const pause = timings.retryPeriod * (0.8 + 0.2 * parts.random());
				await clock.sleep(pause, signal).catch(() => undefined);
			}
			taking = false;
			const left = own;
			if (left === undefined) return;
			const place = left.object.metadata.name;
			const last = new AbortController().signal;
			const record = { ...releaseRecord(left.record), renewTime: formatMicroTime(clock.now()) };
			await write(parts, { place, record, base: left }, last).catch((error) => tell(parts, error, last));
		},
	};
}

function ownRecord(
	{ identity, timings, clock }: MembershipParts,
	base: StoredLease | undefined,
): LeaseRecord {
	const { holder, transitions = -1 } = base?.record ?? {};
	return {
		holder: identity,
		duration: timings.leaseDuration,
		renewTime: formatMicroTime(clock.now()),
		transitions: holder === identity ? transitions : transitions + 1,
	};
}

/** The first Lease that was left, or the first that is not there yet. */
function findPlace(
	parts: MembershipParts,
	seen: ReadonlyMap<string, { readonly record: LeaseRecord }>,
	taken: ReadonlySet<string>,
): string {
	for (let slot = 0; ; slot += 1) {
		const place = `${parts.name}-member-${slot}`;
		const known = seen.get(place);
		if (!taken.has(place) && (known === undefined || isFree(known.record, parts))) return place;
	}
}

/**
 * Left, or not renewed for so long by the times written there that its member is gone. Clocks may be wrong; a member
 * whose Lease is taken by mistake takes another one.
 */
function isFree(record: LeaseRecord, { clock, timings, identity }: MembershipParts): boolean {
	if (isReleased(record) || record.holder === identity) return true;
	const renewed = Date.parse(record.renewTime);
	return Number.isFinite(renewed) && clock.now() - renewed > abandonedAfter * timings.leaseDuration;
}

function refer({ namespace }: MembershipParts, name: string): VersionedRef {
	return { resource: leases, version: 'v1', namespace, name };
}

async function read(
	parts: MembershipParts,
	place: string,
	signal: AbortSignal,
): Promise<StoredLease | undefined> {
	const { clock, timings, cluster } = parts;
	const object = await withinDeadline(clock, timings.renewDeadline / 2, signal, (life) =>
		cluster.read(refer(parts, place), life),
	);
	return object === undefined ? undefined : readLease(object);
}

/** The Lease as written, or `undefined` where it is somebody else's by now. */
async function write(
	parts: MembershipParts,
	{ place, record, base }: { place: string; record: LeaseRecord; base: StoredLease | undefined },
	signal: AbortSignal,
): Promise<StoredLease | undefined> {
	const { cluster, clock, timings, labels } = parts;
	const ref = refer(parts, place);
	const manifest = composeLease(ref, record, labels, base);
	const outcome = await withinDeadline(clock, timings.renewDeadline / 2, signal, (life) =>
		base === undefined ? cluster.create(ref, manifest, life) : cluster.replace(ref, manifest, life),
	);
	if (outcome.kind === 'written') return readLease(outcome.object);
	if (outcome.kind === 'refused') throw new ProblemError(outcome.problem);
	return undefined;
}

function tell(parts: MembershipParts, error: unknown, signal: AbortSignal): void {
	if (error instanceof ProblemError && !signal.aborted) parts.onProblem(error.problem);
}
