// What policies would do right now: the clusters are looked at, and nothing is done.
import { decide } from '../../decide/decide.ts';
import { createYieldTurn } from '../../deliver/yield-turn.ts';
import type { Decision, PolicyMemory } from '../../model/decision.ts';
import type { ClusterName, PolicyKey } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { Cluster } from '../../model/ports/cluster.ts';
import { earlier, type Instant, type Milliseconds } from '../../model/time.ts';
import { createObservatory } from '../../observe/observatory.ts';
import { createSubscriptions } from '../../reconcile/subscriptions.ts';

/** Decides for policies that are not in force. Those that had no answer in time are missing. */
export type PresentPlan = (
	policies: readonly FailoverPolicy[],
	/** Those of the base: no other one is asked. */
	clusters: ReadonlySet<ClusterName>,
	signal: AbortSignal,
) => Promise<ReadonlyMap<PolicyKey, Decision>>;

export interface PresentPlanParts {
	readonly clock: Clock;
	readonly random: Random;
	/** As the policies in force reach them. Throws ProblemError. */
	readonly findCluster: (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;
	/** Since when backends pass or fail, where this process knows: timers go on then, and do not start anew. */
	readonly recall?: (policy: FailoverPolicy) => Pick<PolicyMemory, 'backends'>;
	/** How long clusters have for their answers; 30 s unless told otherwise. */
	readonly patience?: Milliseconds;
}

/** There is no delivery in it, so whatever a policy says, nothing can be written. */
export function createPresentPlan(parts: PresentPlanParts): PresentPlan {
	return async (policies, clusters, signal) => {
		if (policies.length === 0) return new Map();
		const end = new AbortController();
		try {
			return await look(parts, { policies, clusters }, AbortSignal.any([signal, end.signal]));
		} finally {
			end.abort();
		}
	};
}

interface Wanted {
	readonly policies: readonly FailoverPolicy[];
	readonly clusters: ReadonlySet<ClusterName>;
}

/** How far a plan has come. */
interface Progress {
	readonly decisions: Map<PolicyKey, Decision>;
	/** Policies that something is still to be seen for. */
	readonly waiting: Map<PolicyKey, FailoverPolicy>;
	/** Those that there is news for. */
	readonly fresh: Set<PolicyKey>;
	/** Aborted by news. */
	news: AbortController;
	/** When time alone may be news. */
	wakeAt: Instant | undefined;
}

async function look(
	parts: PresentPlanParts,
	{ policies, clusters }: Wanted,
	signal: AbortSignal,
): Promise<ReadonlyMap<PolicyKey, Decision>> {
	const { clock, patience = 30_000 } = parts;
	const deadline = clock.now() + patience;
	const progress: Progress = {
		decisions: new Map(),
		waiting: new Map(policies.map((policy) => [policy.key, policy])),
		fresh: new Set(policies.map(({ key }) => key)),
		news: new AbortController(),
		wakeAt: undefined,
	};
	const { decisions, waiting } = progress;
	const lookAtFresh = createLook(parts, { clusters, progress, signal });
	while (waiting.size > 0 && clock.now() < deadline) {
		progress.news = new AbortController();
		await lookAtFresh();
		if (waiting.size > 0) await waitForNews(clock, progress, deadline, signal);
	}
	return decisions;
}

async function waitForNews(
	clock: Clock,
	progress: Progress,
	deadline: Instant,
	signal: AbortSignal,
): Promise<void> {
	const { news, wakeAt, waiting, fresh } = progress;
	const span = Math.max(0, Math.min(deadline, wakeAt ?? deadline) - clock.now());
	await clock.sleep(span, AbortSignal.any([signal, news.signal])).catch(() => undefined);
	signal.throwIfAborted();
	if (wakeAt === undefined || clock.now() < wakeAt) return;
	progress.wakeAt = undefined;
	for (const key of waiting.keys()) fresh.add(key);
}

interface LookParts extends Pick<Wanted, 'clusters'> {
	readonly progress: Progress;
	readonly signal: AbortSignal;
}

/** Looks at each policy that there is news for. */
function createLook(parts: PresentPlanParts, { clusters, progress, signal }: LookParts): () => Promise<void> {
	const { clock, recall } = parts;
	const { decisions, waiting, fresh } = progress;
	const subscriptions = createSubscriptions();
	const memories = new Map<PolicyKey, PolicyMemory>();
	const yieldTurn = createYieldTurn(clock);
	const observatory = createObservatory({
		...parts,
		onNews(topics) {
			for (const key of subscriptions.concernedBy(topics)) fresh.add(key);
			progress.news.abort();
		},
		// The loop, which asks the same clusters, tells what is wrong with them.
		onProblem: () => undefined,
	});
	const lookAt = (policy: FailoverPolicy): void => {
		const { key } = policy;
		const { snapshot, topics } = observatory.look(policy, clusters, signal);
		subscriptions.subscribe(key, topics);
		const before = memories.get(key) ?? { backends: recall?.(policy).backends ?? new Map() };
		const { decision, memory, wakeAt } = decide(policy, snapshot, before, clock.now());
		memories.set(key, memory);
		if (snapshot.waitingFor.length > 0) {
			progress.wakeAt = earlier(progress.wakeAt, wakeAt);
			return;
		}
		decisions.set(key, decision);
		waiting.delete(key);
	};
	return async () => {
		for (const key of fresh) {
			fresh.delete(key);
			const policy = waiting.get(key);
			if (policy !== undefined) lookAt(policy);
			await yieldTurn(signal);
		}
	};
}
