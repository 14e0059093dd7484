import { backOff } from '../model/backoff.ts';
import type { Random } from '../model/ports/clock.ts';
import type { CollectionChange, Item } from '../model/ports/cluster.ts';
import { type Problem, problem, type Where } from '../model/problem.ts';
import { isOlderVersion } from '../model/resource-version.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { Listed, Listing } from './listing.ts';
import { hastenResync, planResync, type Resync } from './resync.ts';
import type { WatchResult } from './watch-stream.ts';

/** What a reflector does now. */
export type ReflectorState = ListingState | WatchingState | WaitingState;

export interface ListingState {
	readonly kind: 'listing';
	/** Failures in a row, without a healthy stretch between them. */
	readonly failures: number;
	/** Lists in a row that were refused because they are older than `seen`. */
	readonly refused: number;
	/** The newest version that is known. */
	readonly seen?: string;
	/** A watch to go on with where this list, a precaution, leads nowhere. */
	readonly resumable?: WatchingState;
	/** It was told already that the server does not serve the type. */
	readonly absent?: true;
}

export interface WatchingState {
	readonly kind: 'watching';
	readonly failures: number;
	readonly refused: number;
	/** The API version that is served. */
	readonly version: string;
	/** Where to go on. */
	readonly resourceVersion: string;
	readonly resync: Resync;
}

export interface WaitingState {
	readonly kind: 'waiting';
	readonly span: Milliseconds;
	readonly next: ListingState | WatchingState;
}

/** What to tell, then what to do. */
export interface Transition<T> {
	readonly changes: readonly CollectionChange<T>[];
	readonly next: ReflectorState;
}

/** What a transition may lean on besides the state. */
export interface TransitionContext {
	readonly now: Instant;
	readonly random: Random;
}

export interface ListingContext<T> extends TransitionContext {
	readonly where: Where;
	/** What of a newer list has not been told yet. */
	readonly compare: (items: readonly Item<T>[], resourceVersion: string) => readonly CollectionChange<T>[];
}

/** A watch that lived this long has mended whatever failed before. */
const healthySpan: Milliseconds = 5_000;

/** A server that closes sooner than this is not asked again at once: its haste must not become ours. */
const hastySpan: Milliseconds = 1_000;

/** A watch that cannot go on after so many attempts may never, from this version. */
const relistAfter = 5;

/**
 * An old list comes from a server that lags behind, which passes; or from an etcd restored from a backup, which
 * stays. Seven in a row, 16 to 32 s with their waits, are taken for the latter.
 */
const acceptOldAt = 7;

/** A type that is not served is looked for again after this long, less up to a quarter. */
const absentSpan: Milliseconds = 30_000;

export const initialState: ListingState = { kind: 'listing', failures: 0, refused: 0 };

export function afterListing<T>(
	state: ListingState,
	listing: Listing<T>,
	context: ListingContext<T>,
): Transition<T> {
	switch (listing.kind) {
		case 'failed':
			return retryListing(state, listing.problem, context, listing.retryAfter);
		case 'expired':
			return retryListing(
				state,
				describeStale(context.where, 'its pages are of different snapshots'),
				context,
			);
		case 'unserved': {
			const next: ListingState = { ...initialState, absent: true };
			const span = absentSpan * (1 - context.random() / 4);
			const change =
				state.absent === true ? ({ kind: 'alive' } as const) : ({ kind: 'reset', items: [] } as const);
			return { changes: [change], next: { kind: 'waiting', span, next } };
		}
		case 'listed':
			return judgeListed(state, listing, context);
	}
}

function retryListing<T>(
	{ resumable, ...state }: ListingState,
	told: Problem,
	{ now, random }: TransitionContext,
	retryAfter?: Milliseconds,
): Transition<T> {
	if (resumable !== undefined) {
		// Nothing is known to be lost: the watch goes on, and tells whether its server is ill.
		const at = now + waitFor(retryAfter, relistAfter, random);
		return tellProblem(told, { ...resumable, resync: { ...resumable.resync, at } });
	}
	const span = waitFor(retryAfter, state.failures, random);
	return tellProblem(told, { kind: 'waiting', span, next: { ...state, failures: state.failures + 1 } });
}

function judgeListed<T>(
	state: ListingState,
	{ version, resourceVersion, items, problems }: Listed<T>,
	{ where, now, random, compare }: ListingContext<T>,
): Transition<T> {
	const { seen, failures, resumable } = state;
	const isOld = seen !== undefined && isOlderVersion(resourceVersion, seen);
	const refused = state.refused + 1;
	if (isOld && refused < acceptOldAt) {
		const stale = describeStale(where, `it is of version ${resourceVersion}, ${seen} was seen before`);
		const span = backOff(state.refused, random);
		if (resumable === undefined)
			return tellProblem(stale, { kind: 'waiting', span, next: { ...state, refused } });
		return tellProblem(stale, { ...resumable, refused, resync: { ...resumable.resync, at: now + span } });
	}
	const told = problems.map((found) => ({ kind: 'problem', problem: found }) as const);
	// After a restored backup versions begin anew: only a reset makes consumers forget the old ones.
	const isKnown = resumable !== undefined && !isOld;
	const news = isKnown ? compare(items, resourceVersion) : [{ kind: 'reset', items } as const];
	const resync = planResync(items.length, now, random);
	return {
		changes: [...news, ...told],
		next: { kind: 'watching', failures, refused: 0, version, resourceVersion, resync },
	};
}

export function afterWatching<T>(
	state: WatchingState,
	{ end, resourceVersion, lived }: WatchResult,
	{ now, random }: TransitionContext,
): Transition<T> {
	const failures = lived >= healthySpan ? 0 : state.failures;
	const resumed: WatchingState = { ...state, resourceVersion, failures };
	const listing = { kind: 'listing', refused: state.refused, seen: resourceVersion } as const;
	const relisted: ListingState = { ...listing, failures: failures + 1 };
	switch (end.kind) {
		case 'closed': {
			if (lived < hastySpan) {
				return { changes: [], next: { kind: 'waiting', span: backOff(0, random), next: resumed } };
			}
			const isDue = now >= state.resync.at;
			return { changes: [], next: isDue ? { ...listing, failures, resumable: resumed } : resumed };
		}
		case 'expired':
			if (failures === 0) return { changes: [], next: relisted };
			return { changes: [], next: { kind: 'waiting', span: backOff(failures, random), next: relisted } };
		case 'failed': {
			const span = waitFor(end.retryAfter, failures, random);
			const retried = { ...resumed, failures: failures + 1, resync: hastenResync(state.resync, now) };
			const next = failures + 1 >= relistAfter ? relisted : retried;
			return tellProblem(end.problem, { kind: 'waiting', span, next });
		}
	}
}

function tellProblem<T>(told: Problem, next: ReflectorState): Transition<T> {
	return { changes: [{ kind: 'problem', problem: told }], next };
}

/** Not before the server said, and a little later, since it said the same to everybody. */
function waitFor(retryAfter: Milliseconds | undefined, failures: number, random: Random): Milliseconds {
	return retryAfter === undefined ? backOff(failures, random) : retryAfter + backOff(0, random);
}

function describeStale(where: Where, reason: string): Problem {
	return problem('W_LIST_STALE', { where, message: `a list is refused: ${reason}` });
}
