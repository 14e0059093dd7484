import type { Clock } from '../../model/ports/clock.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';

export interface Nudge {
	readonly commit: CommitId;
	/** The tool has to apply the commit anew, since it passed over an object. */
	readonly again: boolean;
}

/** A commit that is asked for again after this long is late, and is passed on once more. */
const late: Milliseconds = 45_000;

/**
 * Passes nudges on in the background until `life` ends, the newest alone. Many targets share a commit, and each of them
 * asks: that counts once.
 */
export function createNudges(
	clock: Clock,
	life: AbortSignal,
	pass: (nudge: Nudge, signal: AbortSignal) => Promise<void>,
): (nudge: Nudge) => void {
	const admit = createGate(clock);
	let running = new AbortController();
	return (nudge) => {
		if (!admit(nudge.commit) && !nudge.again) return;
		running.abort();
		running = new AbortController();
		const signal = AbortSignal.any([life, running.signal]);
		void pass(nudge, signal).catch((error: unknown) => {
			if (!signal.aborted) throw error;
		});
	};
}

function createGate(clock: Clock): (commit: CommitId) => boolean {
	let last: { readonly commit: CommitId; readonly at: Instant; readonly again: boolean } | undefined;
	return (commit) => {
		const now = clock.now();
		const again = commit === last?.commit;
		if (again && (last?.again === true || now - (last?.at ?? now) < late)) return false;
		last = { commit, at: now, again };
		return true;
	};
}
