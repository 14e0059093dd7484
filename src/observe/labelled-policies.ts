// The failover that linkerd-failover's labels ask for, as a policy.
import type { ClusterName, Namespace, ServiceName } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { primaryOf, type SplitFacts } from '../policy/split-facts.ts';
import { isDerivable, lintSplit } from '../policy/split-lint.ts';

export interface LabelledPolicy {
	/** Absent where it is not clear what the split asks for: then nothing is written to it. */
	readonly policy?: FailoverPolicy;
	readonly problems: readonly Problem[];
}

/**
 * The implicit policy of a labelled split: linkerd-failover's table, minus its all-zero write. The split's weights
 * play no part, so that a move does not change the policy that made it. `staleAfter` is a policy's usual 40 s.
 */
export function labelledPolicy(split: SplitFacts, cluster: ClusterName): LabelledPolicy {
	const { namespace, name, backends } = split;
	const target = describeLabelled(cluster, namespace, name);
	const problems = lintSplit(split, { place: () => ({ kind: 'named', name: target }) });
	const primary = primaryOf(split);
	if (primary === undefined || !isDerivable(split)) return { problems };
	const services: readonly ServiceName[] = backends.flatMap(({ service }) => service ?? []);
	return {
		problems,
		policy: {
			key: `${namespace}/${name}`,
			name,
			namespace,
			source: target,
			mode: 'Active',
			target: { kind: 'TrafficSplit', cluster, namespace, name },
			labelled: true,
			backends: services.map((service) => ({ service, tier: service === primary ? 0 : 1, weight: 1 })),
			health: { minReady: 1, staleAfter: 40_000 },
			failover: { after: 0, via: 'Direct' },
			failback: { mode: 'Auto', after: 0, via: 'Direct' },
			panic: 'HoldLast',
			onManualEdit: 'Override',
			manualHold: 0,
		},
	};
}

/** Names a split as the source of its policy: `TrafficSplit east emojivoto/emoji-svc`. */
export function describeLabelled(cluster: ClusterName, namespace: Namespace, name: string): string {
	return `TrafficSplit ${cluster} ${namespace}/${name}`;
}
