import type { PolicyMemory } from '../../src/model/decision.ts';
import type { Instant } from '../../src/model/time.ts';
import {
	type DurableMemory,
	decodeLedger,
	encodeLedger,
	type LedgerContent,
	nothingStrange,
} from '../../src/reconcile/ledger-text.ts';
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

/** What a commit, a person's edit and a debt to Git leave behind. */
export const gitMemory: DurableMemory = {
	written: { commit: 'c1', to: weights({ a: 0, b: 1 }), episode: 'emojivoto/emoji-abc' },
	manual: {
		commit: 'c2',
		author: 'Ada <ada@example.org>',
		found: weights({ a: 1, b: 0 }),
		against: weights({ a: 0, b: 1 }),
		hold: 3_600_000,
		until: firstInstant + 600_000,
	},
	debt: { to: weights({ a: 0, b: 1 }), since: firstInstant - 90_000 },
};

/** What people were asked and said, and how far traffic has returned. */
export const askedMemory: DurableMemory = {
	veto: {
		episode: 'emojivoto/emoji-abc',
		move: 'failback',
		number: 12,
		url: 'https://git.example/shop/pulls/12',
		by: 'ada',
		at: firstInstant - 1_000,
	},
	ramp: {
		from: weights({ a: 0, b: 1 }),
		to: weights({ a: 1, b: 0 }),
		percent: 10,
		settledAt: firstInstant - 30_000,
	},
	approved: { episode: 'emojivoto/emoji-abc', number: 12, to: weights({ a: 1, b: 0 }) },
};

/** A ledger's text. */
export function writeLedger(policies: Parameters<typeof encodeLedger>[0]['policies']): string {
	return encodeLedger({ policies, strange: nothingStrange });
}

/** What a text holds, which must be a ledger, and what of it could not be read. */
export function readLedger(
	text: string,
	now: Instant = firstInstant,
): { content: LedgerContent; problems: readonly string[] } {
	const decoded = decodeLedger(text, 'ledger', now);
	if (decoded.kind === 'unreadable') throw new Error(decoded.problem.message);
	return { content: decoded.content, problems: decoded.problems.map(({ message }) => message) };
}
