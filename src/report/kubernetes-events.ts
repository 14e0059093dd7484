import type { ClusterName, PolicyKey } from '../model/names.ts';
import type { Notice, PolicyNotice } from '../model/notice.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Cluster, ClusterEvent } from '../model/ports/cluster.ts';
import type { Log } from '../model/ports/log.ts';
import { ProblemError } from '../model/problem.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { composeEvent } from './compose-event.ts';

export interface EventParts {
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	readonly clock: Clock;
	readonly log: Log;
	/** Whether writes to a cluster are under way, which go first. */
	readonly isWriting: () => boolean;
}

export interface EventReporter {
	/** Queues an Event where the notice deserves one; never waits, never throws. */
	report(notice: Notice): void;
	/** Sends what waits at once, for 5 s at most. */
	drain(): Promise<void>;
	/** Gives up what is left. */
	close(): void;
}

/** Events on the way at once: few enough to leave the server to the writes. */
const maxOnTheWay = 4;

/** Events that wait; more are dropped. */
const maxWaiting = 1_000;

/** How long an Event lets writes go first, and how often it looks whether they are through. */
const patience: Milliseconds = 5_000;
const lull: Milliseconds = 50;

/** How long the end of the process may wait for Events. */
const drainTime: Milliseconds = 5_000;

interface Waiting {
	readonly notice: PolicyNotice;
	readonly event: ClusterEvent;
	readonly since: Instant;
}

/** Tells a target's cluster of every confirmed move and of what keeps one from succeeding, after the writes. */
export function createEventReporter(parts: EventParts): EventReporter {
	const { clock, log } = parts;
	const waiting: Waiting[] = [];
	const senders = new Set<Promise<void>>();
	const life = new AbortController();
	const hurry = new AbortController();
	const warnings = rememberWarnings();
	let sending = 0;
	let dropped = 0;

	const sendWaiting = async (): Promise<void> => {
		sending += 1;
		while (waiting.length > 0) {
			await letWritesGoFirst(parts, waiting, hurry.signal);
			const next = waiting.shift();
			if (next !== undefined) await sendEvent(parts, next, life.signal);
		}
		sending -= 1;
		if (sending > 0 || dropped === 0) return;
		log.warn('events dropped', { dropped });
		dropped = 0;
	};

	const close = (): void => {
		dropped += waiting.splice(0).length;
		hurry.abort();
		life.abort();
	};

	return {
		close,
		report(notice) {
			if (life.signal.aborted || !('target' in notice)) return;
			const event = composeEvent(notice);
			if (event === undefined || warnings.isRepeated(notice, event)) return;
			if (waiting.length >= maxWaiting) {
				warnings.forget(notice.policy);
				dropped += 1;
				return;
			}
			waiting.push({ notice, event, since: clock.now() });
			if (sending >= maxOnTheWay) return;
			const sender = sendWaiting().finally(() => senders.delete(sender));
			senders.add(sender);
		},
		async drain() {
			hurry.abort();
			const through = new AbortController();
			const late = clock.sleep(drainTime, through.signal).then(close, () => undefined);
			await Promise.all(senders);
			through.abort();
			await late;
		},
	};
}

/** Resolves once no write is under way, or the first that waits has done so for long enough. */
async function letWritesGoFirst(
	{ clock, isWriting }: EventParts,
	waiting: readonly Waiting[],
	hurry: AbortSignal,
): Promise<void> {
	for (let [first] = waiting; first !== undefined && isWriting(); [first] = waiting) {
		if (hurry.aborted || clock.now() - first.since >= patience) return;
		await clock.sleep(lull, hurry).catch(() => undefined);
	}
}

async function sendEvent(
	{ findCluster, log }: EventParts,
	{ notice, event }: Waiting,
	signal: AbortSignal,
): Promise<void> {
	try {
		const cluster = await findCluster(notice.target.cluster, signal);
		await cluster.createEvent(event, signal);
	} catch (error) {
		const reason = error instanceof ProblemError ? error.message : String(error);
		log.warn('event not created', { policy: notice.policy, reason });
	}
}

interface Warnings {
	/** The same trouble is told once, until the policy converges or runs into another. */
	isRepeated(notice: PolicyNotice, event: ClusterEvent): boolean;
	/** What was said of a policy was not heard. */
	forget(policy: PolicyKey): void;
}

function rememberWarnings(): Warnings {
	const warned = new Map<PolicyKey, string>();
	return {
		isRepeated({ policy }, { type, reason, note }) {
			const text = `${reason} ${note}`;
			if (type === 'Warning' && warned.get(policy) === text) return true;
			if (type === 'Warning') warned.set(policy, text);
			else warned.delete(policy);
			return false;
		},
		forget: (policy) => void warned.delete(policy),
	};
}
