import { adaptorPatience } from '../decide/proof.ts';
import { backOff } from '../model/backoff.ts';
import type { PendingShift } from '../model/decision.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Random } from '../model/ports/clock.ts';
import { earlier, type Instant, type Milliseconds } from '../model/time.ts';
import { type PassReport, syncPatience } from './pass-report.ts';

/** How soon a syncer is asked again whose objects are only being listed. */
const listPatience: Milliseconds = 1_000;

/** When a policy wants another pass although nothing new was seen. */
export interface Schedule {
	next(policy: PolicyKey, report: PassReport, now: Instant): Instant | undefined;
	forget(policy: PolicyKey): void;
}

/** Failures back off with jitter, by policy; any other end starts the back-off anew. */
export function createSchedule(random: Random): Schedule {
	const failures = new Map<PolicyKey, number>();
	return {
		next(policy, { decision, end, dueAt, ...report }, now) {
			const wakeAt = earlier(report.wakeAt, dueAt);
			if (end.kind === 'failed') {
				const count = failures.get(policy) ?? 0;
				failures.set(policy, count + 1);
				return earlier(now + Math.max(end.retryAfter ?? 0, backOff(count, random)), dueAt);
			}
			failures.delete(policy);
			if (end.kind !== 'awaited') return wakeAt;
			// A decision to hold knows of the lag, and says itself when to look at it again.
			if (end.blocker !== undefined && decision.kind === 'hold') return wakeAt;
			return earlier(wakeAt, lookAgainAt(end, now));
		},
		forget(policy) {
			failures.delete(policy);
		},
	};
}

/** When something on its way is looked after again, though nobody has news of it. */
function lookAgainAt(
	{ receipt, syncer, blocker, pending }: Extract<PassReport['end'], { kind: 'awaited' }>,
	now: Instant,
): Instant {
	if (receipt?.kind === 'queued') return receipt.until;
	if (blocker !== undefined) return now + adaptorPatience;
	return syncer?.unlisted ? now + listPatience : lookAt(pending, now);
}

/** Patience with a commit begins when the branch was last seen to carry it, whatever else made a pass since. */
function lookAt({ committed }: PendingShift, now: Instant): Instant {
	const at = committed === undefined ? now : (committed.seenAt ?? committed.at) + syncPatience;
	return at > now ? at : now + syncPatience;
}
