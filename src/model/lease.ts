import type { Resource } from './ports/cluster.ts';
import type { Instant, Milliseconds } from './time.ts';

export const leases: Resource = { group: 'coordination.k8s.io', versions: ['v1'], plural: 'leases' };

/** How an election is timed. */
export interface LeaseTimings {
	/** How long others wait after the last change of the Lease before they take it; a whole number of seconds. */
	readonly leaseDuration: Milliseconds;
	/** How long after its last renewal a leader goes on leading. The rest of `leaseDuration` is the safety margin. */
	readonly renewDeadline: Milliseconds;
	/** The longest time between two looks at the Lease, or two renewals. */
	readonly retryPeriod: Milliseconds;
}

/** The defaults of client-go's controllers. */
export const defaultLeaseTimings: LeaseTimings = {
	leaseDuration: 15_000,
	renewDeadline: 10_000,
	retryPeriod: 2_000,
};

/** A Lease's fields, as far as an election looks at them. */
export interface LeaseRecord {
	/** '' for nobody. */
	readonly holder: string;
	/** Absent where whoever wrote the Lease left it out. */
	readonly duration?: Milliseconds;
	/** By the holder's clock. Only ever compared for being the same: it says that something changed, never when. */
	readonly renewTime: string;
	/** How often the holder changed. */
	readonly transitions: number;
}

/** What a leader writes when it goes: a holder of nobody and the shortest duration there is. */
const releasedDuration: Milliseconds = 1_000;

/** The record of a leader that steps down by itself: a successor need not wait. */
export function releaseRecord(record: LeaseRecord): LeaseRecord {
	return { ...record, holder: '', duration: releasedDuration };
}

/**
 * Whether nobody leads for certain. A Lease whose holder somebody merely emptied keeps its duration: until that is
 * over, the old holder may not have noticed.
 */
export function isReleased({ holder, duration }: LeaseRecord): boolean {
	return holder === '' && (duration ?? 0) <= releasedDuration;
}

export function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
	return (
		a.holder === b.holder &&
		a.duration === b.duration &&
		a.renewTime === b.renewTime &&
		a.transitions === b.transitions
	);
}

/** What is wrong with timings, or `undefined`. */
export function findTimingFault(timings: LeaseTimings): string | undefined {
	const { leaseDuration, renewDeadline, retryPeriod } = timings;
	if (!(leaseDuration >= 1_000 && leaseDuration % 1_000 === 0)) {
		return 'the lease duration is not a whole number of seconds';
	}
	if (!(renewDeadline < leaseDuration)) return 'the renew deadline is not shorter than the lease duration';
	if (!(retryPeriod > 0 && 2 * retryPeriod <= renewDeadline)) {
		return 'the retry period is longer than half of the renew deadline';
	}
	return undefined;
}

/** A span of leading. */
export interface Term {
	/** From here on it is over, whatever else happens. */
	readonly until: Instant;
	readonly renewAt: Instant;
}
