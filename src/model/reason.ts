import type { UnknownCause } from './health.ts';
import type { ServiceName } from './names.ts';
import { showText } from './problem.ts';
import { renderTargetReason, type TargetReason } from './target-reason.ts';
import { formatDuration, type Instant, type Milliseconds } from './time.ts';
import { formatWeights, type Weights } from './weights.ts';

/** Why a decision is what it is. Rendered once, by `renderReason`, for log, Event, commit and plan alike. */
export type Reason =
	| {
			readonly code: 'BackendUnhealthy';
			readonly backend: ServiceName;
			readonly seen: string;
			readonly minReady: number;
	  }
	| {
			readonly code: 'BackendFailing';
			readonly backend: ServiceName;
			readonly seen: string;
			readonly actsAt: Instant;
			readonly after: Milliseconds;
			/** It is given this long because its pods still serve while they terminate. */
	  }
	| { readonly code: 'BackendUnknown'; readonly backend: ServiceName; readonly cause: UnknownCause }
	| {
			readonly code: 'BackendHealthy';
			readonly backend: ServiceName;
			readonly seen: string;
			readonly since: Milliseconds;
	  }
	| {
			readonly code: 'BackendRecovering';
			readonly backend: ServiceName;
			readonly returnsAt: Instant;
			readonly after: Milliseconds;
	  }
	| { readonly code: 'FailbackManual'; readonly backend: ServiceName }
	/** Part of the way back. */
	| {
			readonly code: 'RampStep';
			readonly percent: number;
			readonly of: readonly number[];
			readonly final: Weights;
	  }
	/** That part is live, and the next one is to follow. */
	| {
			readonly code: 'RampWaiting';
			readonly percent: number;
			readonly next: number;
			readonly nextAt: Instant;
			readonly interval: Milliseconds;
	  }
	| { readonly code: 'TierChosen'; readonly tier: number; readonly weights: Weights }
	| { readonly code: 'NothingEligible' }
	| { readonly code: 'InPlace'; readonly weights: Weights }
	| { readonly code: 'NotSynced'; readonly inputs: readonly string[] }
	| TargetReason
	| { readonly code: 'Suspended' }
	/** Of a shift that was decided before a restart: the sentence as it was then. */
	| { readonly code: 'Remembered'; readonly text: string };

export type ReasonCode = Reason['code'];

/** A reason longer than this is cut; the weights of 32 backends with the longest names fit. */
const reasonLength = 4096;

/**
 * One sentence a person can act on, without a full stop. Names may come from objects that anybody wrote, so it is
 * made one line and safe to print: nothing in it can add a trailer to a commit.
 */
export function renderReason(reason: Reason): string {
	return showText(writeReason(reason), reasonLength);
}

function writeReason(reason: Reason): string {
	switch (reason.code) {
		case 'BackendUnhealthy':
			return `${reason.backend} is unhealthy: ${reason.seen}, minReady is ${reason.minReady}`;
		case 'BackendFailing':
			return `${reason.backend} is failing: ${reason.seen}; failover.after is ${formatDuration(reason.after)}`;
		case 'BackendUnknown':
			return `${reason.backend} is unknown: ${renderCause(reason.cause)}; it keeps its weight and gains none`;
		case 'BackendHealthy':
			return `${reason.backend} is healthy: ${reason.seen}`;
		case 'BackendRecovering':
			return `${reason.backend} is healthy again, failback.after is ${formatDuration(reason.after)}`;
		case 'FailbackManual':
			return `${reason.backend} is healthy again, but failback.mode is Manual`;
		case 'RampStep':
			return `${reason.percent} % of the way back to ${formatWeights(reason.final)}, in steps of ${listPercents(reason.of)}`;
		case 'RampWaiting':
			return `${reason.percent} % of the way back is live; ${reason.next} % follows once all is well for ${formatDuration(reason.interval)}`;
		case 'TierChosen':
			return `tier ${reason.tier} takes the traffic: ${formatWeights(reason.weights)}`;
		case 'NothingEligible':
			return 'no backend is eligible, so the last weights stay (panic: HoldLast)';
		case 'InPlace':
			return `the weights are right: ${formatWeights(reason.weights)}`;
		case 'NotSynced':
			return `waiting for ${reason.inputs.join(', ')}`;
		case 'Suspended':
			return 'spec.mode is Suspended';
		case 'Remembered':
			return reason.text;
		default:
			return renderTargetReason(reason);
	}
}

/** `10, 50 and 100 %`. */
function listPercents(percents: readonly number[]): string {
	const last = percents.at(-1);
	return `${percents.slice(0, -1).join(', ')} and ${last} %`;
}

/** Why nothing can be said about a backend, in words. */
export function renderCause(cause: UnknownCause): string {
	switch (cause.kind) {
		case 'ServiceMissing':
			return 'its Service does not exist';
		case 'OriginMissing':
			return `its origin ${cause.origin} does not exist`;
		case 'OriginUnreachable':
			return `its origin ${cause.origin} could not be reached`;
		case 'NoSignal':
			return cause.detail;
		case 'Stale':
			return `${cause.source} gave no sign of life`;
	}
}
