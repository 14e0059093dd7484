import type { ClusterName } from '../model/names.ts';
import type { Notice } from '../model/notice.ts';
import type { Cluster, ClusterEvent } from '../model/ports/cluster.ts';
import type { Log } from '../model/ports/log.ts';
import { ProblemError } from '../model/problem.ts';
import { renderReason } from '../model/reason.ts';
import { trafficSplits } from '../model/traffic-split.ts';
import { formatWeights } from '../model/weights.ts';

export interface EventParts {
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	readonly log: Log;
}

export interface EventReporter {
	/** Starts an Event where the notice deserves one; never waits, never throws. */
	report(notice: Notice, signal: AbortSignal): void;
	/** Resolves once the Events under way are through. */
	drain(): Promise<void>;
}

/** Events on the way at once; more are dropped, since they must never hold up a move. */
const maxOnTheWay = 64;

/** Bytes of UTF-8 that an Event's note may have. */
const maxNote = 1024;

/** Tells a target's cluster of every confirmed move, after the fact and beside the work. */
export function createEventReporter({ findCluster, log }: EventParts): EventReporter {
	const onTheWay = new Set<Promise<void>>();
	return {
		report(notice, signal) {
			if (notice.kind !== 'converged') return;
			if (onTheWay.size >= maxOnTheWay) return log.warn('event dropped', { policy: notice.policy });
			const sent = send(findCluster, notice, signal)
				.catch((error: unknown) => {
					const reason = error instanceof ProblemError ? error.message : String(error);
					log.warn('event not created', { policy: notice.policy, reason });
				})
				.finally(() => onTheWay.delete(sent));
			onTheWay.add(sent);
		},
		async drain() {
			await Promise.all(onTheWay);
		},
	};
}

type Converged = Extract<Notice, { kind: 'converged' }>;

async function send(
	findCluster: EventParts['findCluster'],
	notice: Converged,
	signal: AbortSignal,
): Promise<void> {
	const cluster = await findCluster(notice.target.cluster, signal);
	await cluster.createEvent(composeEvent(notice), signal);
}

/** `Failover` is the reason linkerd-failover used as well. */
function composeEvent({ target, shift, uid, policy }: Converged): ClusterEvent {
	const why = shift.reasons.map(renderReason).join('; ');
	return {
		regarding: {
			resource: trafficSplits,
			namespace: target.namespace,
			name: target.name,
			kind: target.kind,
			apiVersion: `${trafficSplits.group}/v1alpha2`,
			uid,
		},
		type: 'Normal',
		reason: shift.move === 'failover' ? 'Failover' : 'Failback',
		note: cutNote(`${formatWeights(shift.to)} (policy ${policy}): ${why}`),
	};
}

/** As many whole characters as fit. */
function cutNote(text: string): string {
	const bytes = new Uint8Array(maxNote);
	const { written } = new TextEncoder().encodeInto(text, bytes);
	return new TextDecoder().decode(bytes.subarray(0, written));
}
