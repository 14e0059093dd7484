import type { ClusterConfig, FailoverPolicy, SpillwayConfig } from '../model/policy.ts';
import { type Problem, problem, showValue, type Where } from '../model/problem.ts';
import { findConflicts } from './conflicts.ts';
import { checkDelivery } from './delivery-rules.ts';
import { adviseName } from './did-you-mean.ts';
import type { PolicyDraft } from './drafts.ts';

/** How many policies one repository may hold. */
export const maxPolicies = 10_000;

export interface ResolvedPolicies {
	/** Those without a problem, in the order of the drafts. */
	readonly policies: readonly FailoverPolicy[];
	readonly problems: readonly Problem[];
}

/**
 * Judges drafts beside each other and beside `spillway.yaml`, and completes them from it. Without a config only
 * the conflicts among the drafts can be told and no policy is complete. Over `maxPolicies` none is in force.
 */
export function resolvePolicies(
	config: SpillwayConfig | undefined,
	drafts: readonly PolicyDraft[],
): ResolvedPolicies {
	const excess = drafts[maxPolicies];
	if (excess !== undefined) return { policies: [], problems: [refuseCount(excess, drafts.length)] };
	const conflicts = findConflicts(drafts);
	const contested = new Set(conflicts.map(({ draft }) => draft));
	const policies: FailoverPolicy[] = [];
	const problems = conflicts.map((conflict) => conflict.problem);
	if (config === undefined) return { policies, problems };
	for (const draft of drafts) {
		const resolved = resolvePolicy(config, draft);
		if (resolved.kind === 'refused') problems.push(...resolved.problems);
		else if (!contested.has(draft)) policies.push(resolved.policy);
	}
	return { policies, problems };
}

function refuseCount({ places }: PolicyDraft, count: number): Problem {
	return problem('E_LIMIT', {
		where: places.name,
		message: 'too many policies in one repository',
		got: String(count),
		expected: `at most ${maxPolicies}`,
		remedy: 'split them over several repositories; until then the last valid ones stay in force',
	});
}

type Resolved =
	| { readonly kind: 'policy'; readonly policy: FailoverPolicy }
	| { readonly kind: 'refused'; readonly problems: readonly Problem[] };

function resolvePolicy(config: SpillwayConfig, draft: PolicyDraft): Resolved {
	const { clusters, defaults } = config;
	const { places, mark, ...written } = draft;
	const failoverVia = written.failover.via ?? defaults.failoverVia;
	const failbackVia = written.failback.via ?? defaults.failbackVia;
	const problems = [...checkReferences(clusters, draft)];
	if (failoverVia === undefined) problems.push(requireVia('failover', places.failoverVia));
	if (failbackVia === undefined) problems.push(requireVia('failback', places.failbackVia));
	problems.push(...checkDelivery(config, draft, { failover: failoverVia, failback: failbackVia }));
	if (failoverVia === undefined || failbackVia === undefined || problems.length > 0) {
		return { kind: 'refused', problems };
	}
	const failover = { ...written.failover, via: failoverVia };
	const failback = { ...written.failback, via: failbackVia };
	return { kind: 'policy', policy: { ...written, failover, failback } };
}

function requireVia(move: 'failover' | 'failback', where: Where): Problem {
	return problem('E_REQUIRED', {
		where,
		message: `spec.${move}.via is required, as spillway.yaml has no default for it`,
		expected: 'Direct, Commit or PullRequest',
		remedy: `add spec.${move}.via here, or spec.defaults.${move}.via in spillway.yaml`,
	});
}

function* checkReferences(
	clusters: readonly ClusterConfig[],
	{ target, backends, places }: PolicyDraft,
): Generator<Problem> {
	const names = clusters.map(({ name }) => name);
	if (!names.includes(target.cluster)) yield refuseReference(target.cluster, names, places.cluster);
	for (const { service, origin } of backends) {
		const where = places.origins.get(service);
		if (origin !== undefined && where !== undefined && !names.includes(origin.cluster)) {
			yield refuseReference(origin.cluster, names, where);
		}
	}
}

function refuseReference(cluster: string, names: readonly string[], where: Where): Problem {
	return problem('E_REFERENCE', {
		where,
		message: `spillway.yaml declares no cluster ${showValue(cluster)}`,
		expected: names.length === 0 ? undefined : `one of ${names.join(', ')}`,
		remedy: adviseName(cluster, names),
	});
}
