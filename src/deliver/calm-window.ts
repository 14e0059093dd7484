import type { EditChange } from '../model/change.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/**
 * How long a failback waits for others before it is committed: many backends of one cluster return within seconds of
 * each other, and one commit for all of them is one sync.
 */
export const calmHold: Milliseconds = 10_000;

/** A change that did not come back this long after its time is forgotten; should it come yet, it waits anew. */
const remembered: Milliseconds = 600_000;

/**
 * When changes that are not urgent may go. Nobody is kept waiting here: who comes too early is told when to come back,
 * and by then has decided anew.
 */
export interface CalmWindow {
	/** `undefined` once the change may go. */
	opensAt(change: EditChange, now: Instant): Instant | undefined;
	/** The change is through. */
	close(change: EditChange): void;
}

/** The first change opens a window of `hold`; all that come within it may go at its end, together. */
export function createCalmWindow(hold: Milliseconds = calmHold): CalmWindow {
	const changes = new Map<PolicyKey, { readonly decidedAt: Instant; readonly at: Instant }>();
	let end: Instant = Number.NEGATIVE_INFINITY;

	const open = (now: Instant): void => {
		end = now + hold;
		for (const [policy, { at }] of changes) if (at + remembered < now) changes.delete(policy);
	};

	return {
		opensAt({ policy, decidedAt }, now) {
			const known = changes.get(policy);
			if (known?.decidedAt === decidedAt) return now < known.at ? known.at : undefined;
			if (now >= end) open(now);
			changes.set(policy, { decidedAt, at: end });
			return end;
		},
		close({ policy }) {
			changes.delete(policy);
		},
	};
}
