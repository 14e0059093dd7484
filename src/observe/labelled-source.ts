import type { FailoverPolicy } from '../model/policy.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Cluster, CollectionChange } from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { trafficSplits } from '../model/traffic-split.ts';
import { controlledByLabel, oldLabel, readSplitFacts, type SplitFacts } from '../policy/split-facts.ts';
import { createLabelledSplits } from './labelled-splits.ts';

export interface LabelledSourceParts {
	readonly cluster: Cluster;
	/** Which splits to act on, beside those that have the old label alone. Default: any with the present label. */
	readonly selector?: string | undefined;
	readonly clock: Clock;
	/**
	 * Called once all lists are known, and whenever what is made of them has changed. A policy that has not changed
	 * is the same object as before.
	 */
	readonly onPolicies: (policies: readonly FailoverPolicy[], problems: readonly Problem[]) => void;
	/** Called when the splits cannot be listed or watched; what was known stays in force. */
	readonly onProblem: (problem: Problem) => void;
}

/** How long changes are gathered: a hundred splits applied at once are one change. */
const gathering: Milliseconds = 50;

/**
 * Which labels say that linkerd-failover is meant. A split with the present label belongs to whoever that names,
 * whatever other labels it has.
 */
export function labelledSelectors(selector: string = controlledByLabel): readonly string[] {
	return [selector, `${oldLabel.key}=${oldLabel.value},!${controlledByLabel}`];
}

/** Follows the TrafficSplits of all namespaces that are labelled for linkerd-failover, until aborted. */
export async function followLabelledSplits(parts: LabelledSourceParts, signal: AbortSignal): Promise<void> {
	const { cluster, clock, onPolicies, onProblem } = parts;
	const selectors = labelledSelectors(parts.selector);
	const splits = createLabelledSplits(cluster.name, selectors.length);
	const failure = Promise.withResolvers<never>();
	let gatheringNow = false;

	const gather = async (): Promise<void> => {
		if (gatheringNow) return;
		gatheringNow = true;
		await clock.sleep(gathering, signal).catch(() => undefined);
		gatheringNow = false;
		const derived = signal.aborted ? undefined : splits.derived();
		if (derived !== undefined) onPolicies(derived.policies, derived.problems);
	};
	const watches = selectors.map((labelSelector, selection) => {
		const sink = (change: CollectionChange<SplitFacts>): void => {
			if (signal.aborted) return;
			if (change.kind === 'problem') onProblem(change.problem);
			else if (splits.apply(selection, change)) gather().catch(failure.reject);
		};
		return cluster.reflect({ resource: trafficSplits, labelSelector, decode: readSplitFacts }, sink, signal);
	});
	await Promise.race([Promise.all(watches), failure.promise]);
}
