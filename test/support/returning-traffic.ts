// A policy that returns in three steps, and what may be seen of its two backends.
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createTraffic, type Traffic } from './play-traffic.ts';
import { aPolicy } from './policies.ts';

export const minute: Milliseconds = 60_000;

/** 10, 50 and 100 % of the way, the first after two minutes, the others a minute apart. */
export function ramped(overrides: Partial<FailoverPolicy['failback']> = {}): FailoverPolicy {
	return aPolicy({
		failback: {
			mode: 'Auto',
			after: 2 * minute,
			via: 'Direct',
			ramp: [10, 50, 100],
			rampInterval: minute,
			...overrides,
		},
	});
}

type Counts = { readonly 'emoji-svc': number; readonly 'emoji-svc-west': number };

/** Weights. */
export const home: Counts = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
export const away: Counts = { 'emoji-svc': 0, 'emoji-svc-west': 1 };

/** Ready endpoints. */
export const well: Counts = { 'emoji-svc': 1, 'emoji-svc-west': 1 };
export const primaryDown: Counts = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
export const fallbackDown: Counts = { 'emoji-svc': 1, 'emoji-svc-west': 0 };

/** Away since 0, the primary well since 1 m; the first step at 3 m has arrived. */
export function atFirstStep(policy: FailoverPolicy = ramped()): Traffic {
	const traffic = createTraffic(policy, home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	traffic.look(3 * minute, well);
	return traffic;
}
