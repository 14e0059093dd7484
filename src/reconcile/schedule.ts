import { adaptorPatience } from '../decide/proof.ts';
import { backOff } from '../model/backoff.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Random } from '../model/ports/clock.ts';
import { earlier, type Instant } from '../model/time.ts';
import { type PassReport, syncPatience } from './pass-report.ts';

/** When a policy wants another pass although nothing new was seen. */
export interface Schedule {
	next(policy: PolicyKey, report: PassReport, now: Instant): Instant | undefined;
	forget(policy: PolicyKey): void;
}

/** Failures back off with jitter, by policy; any other end starts the back-off anew. */
export function createSchedule(random: Random): Schedule {
	const failures = new Map<PolicyKey, number>();
	return {
		next(policy, { decision, end, wakeAt }, now) {
			if (end.kind === 'failed') {
				const count = failures.get(policy) ?? 0;
				failures.set(policy, count + 1);
				return now + Math.max(end.retryAfter ?? 0, backOff(count, random));
			}
			failures.delete(policy);
			if (end.kind !== 'awaited') return wakeAt;
			if (end.blocker === undefined) return earlier(wakeAt, now + syncPatience);
			// A decision to hold knows of the lag, and says itself when to look at it again.
			return decision.kind === 'hold' ? wakeAt : earlier(wakeAt, now + adaptorPatience);
		},
		forget(policy) {
			failures.delete(policy);
		},
	};
}
