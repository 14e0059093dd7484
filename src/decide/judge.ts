// A backend's newest sample and its memory become a verdict, and a standing towards traffic.
import type { BackendMemory, Sample, UnknownCause } from '../model/health.ts';
import type { ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/**
 * What a backend may do: `eligible` may gain traffic; `holding` keeps what it has and gains none (unknown, or
 * failing for less than failover.after); `failed` must be left.
 */
export type Standing = 'eligible' | 'holding' | 'failed';

export interface Judgement {
	readonly service: ServiceName;
	readonly standing: Standing;
	readonly memory: BackendMemory;
	readonly reason: Reason;
	/** When this judgement changes by itself, if nothing new is seen. */
	readonly changesAt?: Instant;
}

interface Failure {
	readonly signal: 'fail';
	readonly seen: string;
	readonly staleAt: Instant;
	/** Before this the failure is not believed. */
	readonly settledAt: Instant;
}

type Measurement =
	| { readonly signal: 'pass'; readonly seen: string; readonly staleAt: Instant }
	| Failure
	| { readonly signal: 'unknown'; readonly cause: UnknownCause };

/**
 * Pods that are moved from one EndpointSlice to another may be in neither for an instant (kubernetes issue 121231):
 * the controller's two writes, milliseconds apart. Pods that fail are shown as not ready first, and wait for nothing.
 */
const settleWindow: Milliseconds = 100;

const nothingSeen: Sample = {
	kind: 'unknown',
	cause: { kind: 'NoSignal', detail: 'nothing was seen of it yet' },
};

/** Judges one backend at `now`. */
export function judgeBackend(
	policy: FailoverPolicy,
	service: ServiceName,
	input: { readonly sample: Sample | undefined; readonly memory: BackendMemory | undefined },
	now: Instant,
): Judgement {
	const measured = measure(input.sample ?? nothingSeen, policy, now);
	switch (measured.signal) {
		case 'unknown': {
			// Unknown ends every run, so silence can only delay a move.
			const reason: Reason = { code: 'BackendUnknown', backend: service, cause: measured.cause };
			return { service, standing: 'holding', memory: { verdict: 'Unknown' }, reason };
		}
		case 'pass': {
			const { seen, staleAt } = measured;
			const passingSince = input.memory?.passingSince ?? now;
			const since = now - passingSince;
			const reason: Reason = { code: 'BackendHealthy', backend: service, seen, since };
			const memory: BackendMemory = { verdict: 'Healthy', passingSince };
			return { service, standing: 'eligible', memory, reason, changesAt: staleAt };
		}
		case 'fail':
			return judgeFailing(policy, service, { measured, before: input.memory }, now);
	}
}

/** Hold-down: a run of failing samples is acted on once it has lasted long enough. */
function judgeFailing(
	policy: FailoverPolicy,
	service: ServiceName,
	{ measured, before }: { readonly measured: Failure; readonly before: BackendMemory | undefined },
	now: Instant,
): Judgement {
	const { seen, staleAt, settledAt } = measured;
	const failingSince = before?.failingSince ?? now;
	const { after } = policy.failover;
	const actsAt = Math.max(failingSince + after, settledAt);
	const verdict = now >= actsAt ? 'Unhealthy' : (before?.verdict ?? 'Unknown');
	const memory: BackendMemory = { verdict, failingSince };
	if (verdict === 'Unhealthy') {
		const { minReady } = policy.health;
		const reason: Reason = { code: 'BackendUnhealthy', backend: service, seen, minReady };
		return { service, standing: 'failed', memory, reason, changesAt: staleAt };
	}
	const reason: Reason = { code: 'BackendFailing', backend: service, seen, actsAt, after };
	return { service, standing: 'holding', memory, reason, changesAt: Math.min(actsAt, staleAt) };
}

/** A sample against the policy: three-valued, since no information is not bad news. */
function measure(sample: Sample, policy: FailoverPolicy, now: Instant): Measurement {
	if (sample.kind === 'unknown') return { signal: 'unknown', cause: sample.cause };
	if (now >= sample.staleAt) return stale(sample.kind === 'counted' ? sample.from : 'local');
	return sample.kind === 'counted' ? count(sample, policy) : mirror(sample);
}

function count(sample: Extract<Sample, { kind: 'counted' }>, policy: FailoverPolicy): Measurement {
	const { ready, draining = 0, from, staleAt, vanishedAt = Number.NEGATIVE_INFINITY } = sample;
	const { minReady } = policy.health;
	const place = from === 'local' ? '' : ` in ${from}`;
	const seen = `${ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}${place}`;
	if (ready >= minReady) return { signal: 'pass', seen, staleAt };
	// Linkerd routes to ready endpoints only, so that pods that serve until they end carry nothing new.
	const rest = draining === 0 ? '' : `, ${draining} ${draining === 1 ? 'serves' : 'serve'} until terminated`;
	return { signal: 'fail', seen: seen + rest, staleAt, settledAt: vanishedAt + settleWindow };
}

function mirror({ ready, staleAt }: Extract<Sample, { kind: 'mirrored' }>): Measurement {
	if (ready) return { signal: 'pass', seen: 'its gateway mirror is ready', staleAt };
	const seen = 'its gateway mirror has no ready address';
	return { signal: 'fail', seen, staleAt, settledAt: Number.NEGATIVE_INFINITY };
}

function stale(source: string): Measurement {
	return { signal: 'unknown', cause: { kind: 'Stale', source: source === 'local' ? 'its cluster' : source } };
}
