import { backOff } from '../model/backoff.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Random } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** When each debt to Git is tried to be paid: soon, and ever more rarely while that fails. */
export interface DebtBook {
	isDue(policy: PolicyKey, now: Instant): boolean;
	/** Notes a try, and returns when the next one is due: not before `least` is over. */
	note(policy: PolicyKey, now: Instant, least?: Milliseconds): Instant;
	forget(policy: PolicyKey): void;
}

export function createDebtBook(random: Random): DebtBook {
	const tries = new Map<PolicyKey, { readonly count: number; readonly dueAt: Instant }>();
	return {
		isDue: (policy, now) => now >= (tries.get(policy)?.dueAt ?? 0),
		note(policy, now, least = 0) {
			const count = tries.get(policy)?.count ?? 0;
			const dueAt = now + Math.max(least, backOff(count, random));
			tries.set(policy, { count: count + 1, dueAt });
			return dueAt;
		},
		forget: (policy) => void tries.delete(policy),
	};
}
