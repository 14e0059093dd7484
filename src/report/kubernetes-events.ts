import type { ClusterName, PolicyKey } from '../model/names.ts';
import type { Notice, PolicyNotice } from '../model/notice.ts';
import type { Cluster, ClusterEvent } from '../model/ports/cluster.ts';
import type { Log } from '../model/ports/log.ts';
import { ProblemError } from '../model/problem.ts';
import { composeEvent } from './compose-event.ts';

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

/** Tells a target's cluster of every confirmed move and of what keeps one from succeeding, beside the work. */
export function createEventReporter({ findCluster, log }: EventParts): EventReporter {
	const onTheWay = new Set<Promise<void>>();
	const warned = new Map<PolicyKey, string>();
	let dropped = 0;

	/** The same trouble is told once, until the policy converges or runs into another. */
	const isRepeated = ({ policy }: PolicyNotice, { type, reason, note }: ClusterEvent): boolean => {
		const text = `${reason} ${note}`;
		if (type === 'Warning' && warned.get(policy) === text) return true;
		if (type === 'Warning') warned.set(policy, text);
		else warned.delete(policy);
		return false;
	};

	const send = async ({ target }: PolicyNotice, event: ClusterEvent, signal: AbortSignal): Promise<void> => {
		const cluster = await findCluster(target.cluster, signal);
		await cluster.createEvent(event, signal);
	};

	return {
		report(notice, signal) {
			if (!('target' in notice)) return;
			const event = composeEvent(notice);
			if (event === undefined || isRepeated(notice, event)) return;
			if (onTheWay.size >= maxOnTheWay) {
				dropped += 1;
				return log.warn('event dropped', { policy: notice.policy, dropped });
			}
			const sent = send(notice, event, signal)
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
