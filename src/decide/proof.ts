// Linkerd's proxies route a TrafficSplit by the ServiceProfile that linkerd-smi makes of it: only that proves a move.
import { type LiveTarget, liveWeights } from '../model/live-target.ts';
import type { Reason } from '../model/reason.ts';
import type { LiveProfile } from '../model/service-profile.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';

/** How long linkerd-smi may take: it watches, and retries with a back-off of seconds. */
export const adaptorPatience: Milliseconds = 10_000;

/** A profile that does not follow its split. */
export interface Lag {
	readonly profile: LiveProfile;
	readonly overrides: Weights;
}

/** Where the proxies would send traffic otherwise than the target says. A profile without overrides routes nothing. */
export function profileLag(target: LiveTarget, profile: LiveProfile | undefined): Lag | undefined {
	if (target.kind !== 'TrafficSplit' || profile?.overrides === undefined || profile.skipped) return undefined;
	const { overrides } = profile;
	return sameRatio(overrides, liveWeights(target)) ? undefined : { profile, overrides };
}

export interface Patience {
	/** Given once the patience is over. */
	readonly reason?: Reason;
	/** When to look again: at its end, and then ever more rarely. */
	readonly wakeAt: Instant;
}

/** What to make of a lag that began at `since`. */
export function bearWith({ profile, overrides }: Lag, since: Instant, now: Instant): Patience {
	let wakeAt = since + adaptorPatience;
	while (wakeAt <= now) wakeAt = since + 2 * (wakeAt - since);
	if (now - since < adaptorPatience) return { wakeAt };
	return { reason: { code: 'AdaptorStalled', apex: profile.apex, overrides, since }, wakeAt };
}
