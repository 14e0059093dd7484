import type { Instant, Milliseconds } from '../model/time.ts';

/** What the watches of one cluster know of each other and of their server. */
export interface ClusterPace {
	/** Counts one more watch, until what is returned is called. */
	join(): () => void;
	/** How long a watch is asked for. */
	watchSpan(): Milliseconds;
	/** Whether lists are asked for as streams. */
	mayStream(now: Instant): boolean;
	/** The server has refused to stream a list, or did not know how to. */
	refuseStreams(now: Instant): void;
}

/**
 * API servers send bookmarks about once a minute, which is too rare to tell a quiet watch from a dead connection.
 * So watches are short: each end is a proof of life, and the next one begins on the same connection from the same
 * version, one round trip later.
 */
const shortest: Milliseconds = 8_000;

/** With many watches they become longer, so that reopening them costs a server some 8 requests a second … */
const reopenRate = 7;

/** … but no longer than `health.staleAfter` (40 s) bears, with the silence and the opening that may follow. */
const longest: Milliseconds = 25_000;

/** A server that does not stream may have been upgraded by then. */
const refusalSpan: Milliseconds = 3_600_000;

/** How much longer than a watch was asked for its silence is borne: the connection is dead then. */
export const silenceMargin: Milliseconds = 2_000;

export function createClusterPace(): ClusterPace {
	let watches = 0;
	let streamsAgainAt = Number.NEGATIVE_INFINITY;
	return {
		join() {
			watches += 1;
			return () => {
				watches -= 1;
			};
		},
		watchSpan() {
			const needed = Math.ceil(watches / reopenRate) * 1_000;
			return Math.min(longest, Math.max(shortest, needed));
		},
		mayStream: (now) => now >= streamsAgainAt,
		refuseStreams(now) {
			streamsAgainAt = now + refusalSpan;
		},
	};
}
