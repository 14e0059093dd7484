import type { Sample } from '../../src/model/health.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import type { Backend, FailoverPolicy } from '../../src/model/policy.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Instant } from '../../src/model/time.ts';
import type { Weights } from '../../src/model/weights.ts';

/** A policy for `emojivoto/emoji`: emoji-svc, then emoji-svc-west; no timers. */
export function aPolicy(overrides: Partial<FailoverPolicy> = {}): FailoverPolicy {
	return {
		key: 'emojivoto/emoji',
		name: 'emoji',
		namespace: 'emojivoto',
		source: 'policies/emoji.yaml:1',
		mode: 'Active',
		target: { kind: 'TrafficSplit', cluster: 'east', namespace: 'emojivoto', name: 'emoji-svc' },
		backends: [aBackend('emoji-svc'), aBackend('emoji-svc-west', { tier: 1 })],
		health: { minReady: 1, staleAfter: 40_000 },
		failover: { after: 0, via: 'Direct' },
		failback: { mode: 'Auto', after: 0, via: 'Direct' },
		panic: 'HoldLast',
		onManualEdit: 'Hold',
		manualHold: 3_600_000,
		...overrides,
	};
}

export function aBackend(service: string, overrides: Partial<Backend> = {}): Backend {
	return { service, tier: 0, weight: 1, ...overrides };
}

export function aSplit(
	weights: Readonly<Record<string, number>>,
	overrides: Partial<LiveTarget> = {},
): LiveTarget {
	const backends = Object.entries(weights).map(
		([service, weight], index) => ({ service, weight, form: 'number', index }) as const,
	);
	return {
		kind: 'TrafficSplit',
		namespace: 'emojivoto',
		name: 'emoji-svc',
		uid: '4f8f1a0e-0000-4000-8000-000000000001',
		resourceVersion: '7',
		apexes: ['emoji-svc'],
		rules: [{ pointer: '/spec/backends', backends }],
		...overrides,
	};
}

/** What a test says of a backend: ready endpoints, or nothing. */
export type Seen = number | 'unknown';

export function aSample(seen: Seen, staleAt: Instant = Number.POSITIVE_INFINITY): Sample {
	if (seen === 'unknown') return { kind: 'unknown', cause: { kind: 'NoSignal', detail: 'not seen' } };
	return { kind: 'counted', ready: seen, from: 'local', staleAt };
}

export function aSnapshot(
	live: Readonly<Record<string, number>>,
	seen: Readonly<Record<string, Seen>>,
): Snapshot {
	return {
		waitingFor: [],
		target: { kind: 'found', target: aSplit(live) },
		samples: new Map(Object.entries(seen).map(([service, each]) => [service, aSample(each)])),
	};
}

export function weights(values: Readonly<Record<string, number>>): Weights {
	return new Map(Object.entries(values));
}
