import type { PolicyMemory } from '../../src/model/decision.ts';
import { weights } from './policies.ts';

export const firstInstant = 1_750_000_000_000;

/** A memory with everything in it: a failover on its way through Git, after one that was carried out. */
export function aMemory(overrides: Partial<PolicyMemory> = {}): PolicyMemory {
	const episode = { id: 'emojivoto/emoji-abc', since: firstInstant - 60_000 };
	return {
		backends: new Map([['emoji-svc', { verdict: 'Unhealthy', failingSince: firstInstant - 61_000 }]]),
		episode,
		pending: {
			shift: {
				kind: 'shift',
				move: 'failover',
				from: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }),
				to: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
				episode,
				reasons: [
					{ code: 'BackendUnhealthy', backend: 'emoji-svc', seen: '0 ready endpoints', minReady: 1 },
					{
						code: 'TierChosen',
						tier: 1,
						weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
					},
				],
			},
			decidedAt: firstInstant - 59_000,
			committed: { commit: 'c1', on: 'c0', at: firstInstant - 58_000 },
		},
		settled: {
			to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }),
			at: firstInstant - 600_000,
			rounds: 2,
		},
		...overrides,
	};
}
