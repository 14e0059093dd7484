import { backOff } from '../model/backoff.ts';
import type { Random } from '../model/ports/clock.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import { type Problem, problem, type Where } from '../model/problem.ts';
import { isOlderVersion } from '../model/resource-version.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Listing } from './list-pages.ts';
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
}

export interface WatchingState {
	readonly kind: 'watching';
	readonly failures: number;
	/** The API version that is served. */
	readonly version: string;
	/** Where to go on. */
	readonly resourceVersion: string;
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
	readonly where: Where;
	readonly random: Random;
}

/** A watch that lived this long has mended whatever failed before. */
const healthySpan: Milliseconds = 10_000;

/** A server that closes sooner than this is not asked again at once: its haste must not become ours. */
const hastySpan: Milliseconds = 1_000;

/** A watch that cannot go on after so many attempts may never, from this version. */
const relistAfter = 5;

/**
 * An old list comes from a server that lags behind, which passes; or from an etcd restored from a backup, which
 * stays. Seven in a row, 16 to 32 s with their waits, are taken for the latter.
 */
const acceptOldAt = 7;

export const initialState: ListingState = { kind: 'listing', failures: 0, refused: 0 };

export function afterListing<T>(
	state: ListingState,
	listing: Listing<T>,
	{ where, random }: TransitionContext,
): Transition<T> {
	const again = { ...state, failures: state.failures + 1 };
	switch (listing.kind) {
		case 'failed': {
			const span = waitFor(listing.retryAfter, state.failures, random);
			return tellProblem(listing.problem, { kind: 'waiting', span, next: again });
		}
		case 'expired': {
			const span = backOff(state.failures, random);
			const expired = describeStale(where, 'its pages are of different snapshots');
			return tellProblem(expired, { kind: 'waiting', span, next: again });
		}
		case 'listed': {
			const { items, problems, version, resourceVersion } = listing;
			const isOld = state.seen !== undefined && isOlderVersion(resourceVersion, state.seen);
			const refused = state.refused + 1;
			if (isOld && refused < acceptOldAt) {
				const stale = describeStale(
					where,
					`it is of version ${resourceVersion}, ${state.seen} was seen before`,
				);
				const span = backOff(state.refused, random);
				return tellProblem(stale, { kind: 'waiting', span, next: { ...state, refused } });
			}
			const told = problems.map((found) => ({ kind: 'problem', problem: found }) as const);
			return {
				changes: [{ kind: 'reset', items }, ...told],
				next: { kind: 'watching', failures: state.failures, version, resourceVersion },
			};
		}
	}
}

export function afterWatching<T>(
	state: WatchingState,
	{ end, resourceVersion, lived }: WatchResult,
	random: Random,
): Transition<T> {
	const failures = lived >= healthySpan ? 0 : state.failures;
	const resumed: WatchingState = { ...state, resourceVersion, failures };
	const relisted: ListingState = {
		kind: 'listing',
		failures: failures + 1,
		refused: 0,
		seen: resourceVersion,
	};
	switch (end.kind) {
		case 'closed':
			if (lived >= hastySpan) return { changes: [], next: resumed };
			return { changes: [], next: { kind: 'waiting', span: backOff(0, random), next: resumed } };
		case 'expired':
			if (failures === 0) return { changes: [], next: relisted };
			return { changes: [], next: { kind: 'waiting', span: backOff(failures, random), next: relisted } };
		case 'failed': {
			const span = waitFor(end.retryAfter, failures, random);
			const retried = failures + 1 >= relistAfter ? relisted : { ...resumed, failures: failures + 1 };
			return tellProblem(end.problem, { kind: 'waiting', span, next: retried });
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
