// A backend's newest sample and its memory become a verdict, and a standing towards traffic.
import type { BackendMemory, Sample, Signal, UnknownCause } from '../model/health.ts';
import type { ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Reason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';

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

type Measurement =
	| { readonly signal: 'pass' | 'fail'; readonly seen: string; readonly staleAt: Instant }
	| { readonly signal: 'unknown'; readonly cause: UnknownCause };

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
	const measured = measure(input.sample ?? nothingSeen, policy.health.minReady, now);
	const memory = remember(input.memory, measured.signal, policy.failover.after, now);
	if (measured.signal === 'unknown') {
		const reason: Reason = { code: 'BackendUnknown', backend: service, cause: measured.cause };
		return { service, standing: 'holding', memory, reason };
	}
	const { seen, staleAt } = measured;
	if (measured.signal === 'pass') {
		const since = now - (memory.passingSince ?? now);
		const reason: Reason = { code: 'BackendHealthy', backend: service, seen, since };
		return { service, standing: 'eligible', memory, reason, changesAt: staleAt };
	}
	if (memory.verdict === 'Unhealthy') {
		const reason: Reason = {
			code: 'BackendUnhealthy',
			backend: service,
			seen,
			minReady: policy.health.minReady,
		};
		return { service, standing: 'failed', memory, reason, changesAt: staleAt };
	}
	const { after } = policy.failover;
	const actsAt = (memory.failingSince ?? now) + after;
	const reason: Reason = { code: 'BackendFailing', backend: service, seen, actsAt, after };
	return { service, standing: 'holding', memory, reason, changesAt: Math.min(actsAt, staleAt) };
}

/** A sample against the policy: three-valued, since no information is not bad news. */
function measure(sample: Sample, minReady: number, now: Instant): Measurement {
	if (sample.kind === 'unknown') return { signal: 'unknown', cause: sample.cause };
	if (now >= sample.staleAt) return stale(sample.kind === 'counted' ? sample.from : 'local');
	const { passes, seen } = sample.kind === 'counted' ? count(sample, minReady) : mirror(sample);
	return { signal: passes ? 'pass' : 'fail', seen, staleAt: sample.staleAt };
}

function count(
	{ ready, from }: Extract<Sample, { kind: 'counted' }>,
	minReady: number,
): { passes: boolean; seen: string } {
	const place = from === 'local' ? '' : ` in ${from}`;
	return {
		passes: ready >= minReady,
		seen: `${ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}${place}`,
	};
}

function mirror({ ready }: Extract<Sample, { kind: 'mirrored' }>): { passes: boolean; seen: string } {
	return {
		passes: ready,
		seen: ready ? 'its gateway mirror is ready' : 'its gateway mirror has no ready address',
	};
}

function stale(source: string): Measurement {
	return { signal: 'unknown', cause: { kind: 'Stale', source: source === 'local' ? 'its cluster' : source } };
}

/** Hold-down: one passing sample ends a failing run; unknown ends every run, so it can only delay a move. */
function remember(
	before: BackendMemory | undefined,
	signal: Signal,
	after: number,
	now: Instant,
): BackendMemory {
	switch (signal) {
		case 'pass':
			return { verdict: 'Healthy', passingSince: before?.passingSince ?? now };
		case 'unknown':
			return { verdict: 'Unknown' };
		case 'fail': {
			const failingSince = before?.failingSince ?? now;
			const verdict = now - failingSince >= after ? 'Unhealthy' : (before?.verdict ?? 'Unknown');
			return { verdict, failingSince };
		}
	}
}
