import type { PastMove, TraceFacts } from '../../src/cli/trace/trace-facts.ts';
import type { CommitFacts } from '../../src/model/ports/repository.ts';
import { aPolicy, aSplit, weights } from './policies.ts';

/** A commit's id: 40 times the same digit. */
export const anId = (digit: string): string => digit.repeat(40);

const now = Date.UTC(2026, 10, 21, 15, 5, 4);

/** The commit of a failover, two minutes ago. */
export const failoverCommit: CommitFacts = {
	id: anId('8'),
	parents: [anId('b')],
	author: { name: 'Spillway', email: 'bot@spillway.dev' },
	at: now - 125_000,
	message: `failover(emojivoto/emoji): emoji-svc → emoji-svc-west

TrafficSplit east emojivoto/emoji-svc: emoji-svc 1 → 0, emoji-svc-west 0 → 1
- emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
- emoji-svc-west is healthy: 1 ready endpoint in west/emojivoto/emoji-svc
- tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1

Failover-Policy: emojivoto/emoji
Failover-Target: east TrafficSplit emojivoto/emoji-svc
Failover-Episode: emojivoto/emoji-mwq8xffl
Failover-Change-Id: emojivoto/emoji-mwq8xffl:0/1
Failover-Reason: BackendUnhealthy, BackendHealthy, TierChosen
Failover-Policy-Commit: ${anId('b')}
Failover-Tool: spillway
`,
};

/** What that commit tells. */
export const failoverMove: PastMove = {
	commit: failoverCommit,
	weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
	reasons: [
		'emoji-svc is unhealthy: 0 ready endpoints, minReady is 1',
		'emoji-svc-west is healthy: 1 ready endpoint in west/emojivoto/emoji-svc',
		'tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1',
	],
	episode: 'emojivoto/emoji-mwq8xffl',
	policyCommit: anId('b'),
};

/** A failover that went all the way: decided, committed, applied by Flux, live. */
export function aTrace(overrides: Partial<TraceFacts> = {}): TraceFacts {
	const decided = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
	return {
		now,
		branch: 'main',
		tip: anId('8'),
		policy: aPolicy({
			failover: { after: 0, via: 'Commit', escalate: [{ after: 30_000, to: 'Direct' }] },
			failback: { mode: 'Auto', after: 120_000, via: 'Commit' },
		}),
		blob: anId('3'),
		searched: 12,
		move: failoverMove,
		git: { kind: 'weights', path: 'clusters/east/emoji-split.yaml', weights: decided },
		carriers: [anId('8')],
		synced: {
			kind: 'view',
			view: { name: 'Kustomization flux-system/east', fetched: anId('8'), applied: anId('8') },
		},
		live: aLive({ 'emoji-svc': 0, 'emoji-svc-west': 1 }),
		...overrides,
	};
}

/** A live split with these weights, last written by Flux. */
export function aLive(values: Readonly<Record<string, number>>): TraceFacts['live'] {
	const target = aSplit(values, { manager: 'kustomize-controller' });
	return { kind: 'live', target, weights: [weights(values)] };
}
