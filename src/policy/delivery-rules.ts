// How a policy's moves are carried out, judged beside spillway.yaml.
import type { ClusterConfig, SpillwayConfig, Via } from '../model/policy.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { PolicyDraft } from './drafts.ts';
import { checkEscalation } from './escalation-rules.ts';

/** How each move is carried out, whichever document says so. */
export type Vias = Readonly<Record<'failover' | 'failback', Via | undefined>>;

/** What keeps the moves of a policy from being carried out as it says. */
export function* checkDelivery(config: SpillwayConfig, draft: PolicyDraft, vias: Vias): Generator<Problem> {
	const cluster = config.clusters.find(({ name }) => name === draft.target.cluster);
	yield* checkOwner(draft, vias);
	yield* checkManifests(cluster, draft, vias);
	yield* checkAutoMerge(draft, vias);
	yield* checkEscalation(config, cluster, draft, vias.failover);
}

/** The weights stand in Git, whoever brings them there. */
function isInGit(via: Via): boolean {
	return via !== 'Direct';
}

/** What Spillway makes stands in Git or it does not: a patched one and a committed one would be two. */
function* checkOwner({ owned, places }: PolicyDraft, { failover, failback }: Vias): Generator<Problem> {
	if (owned === undefined || failover === undefined || failback === undefined) return;
	if (isInGit(failover) === isInGit(failback)) return;
	yield problem('E_OWNED_VIA', {
		where: isInGit(failover) ? places.failoverVia : places.failbackVia,
		message: `an owned target has one owner, but spec.failover.via is ${failover} and spec.failback.via is ${failback}`,
	});
}

function* checkManifests(
	cluster: ClusterConfig | undefined,
	{ target, places }: PolicyDraft,
	{ failover, failback }: Vias,
): Generator<Problem> {
	if (cluster === undefined || cluster.manifests !== undefined) return;
	const [via] = [failover, failback].filter((way) => way !== undefined && isInGit(way));
	if (via === undefined) return;
	yield problem('E_REQUIRED', {
		where: places.cluster,
		message: `via: ${via} needs the folder of cluster ${target.cluster}'s manifests`,
		remedy: `add spec.clusters.${target.cluster}.manifests in spillway.yaml, or use via: Direct`,
	});
}

function* checkAutoMerge({ failback: written, places }: PolicyDraft, { failback }: Vias): Generator<Problem> {
	if (!written.autoMerge || failback === undefined || failback === 'PullRequest') return;
	yield problem('E_AUTO_MERGE', {
		where: places.autoMerge,
		message: `spec.failback.autoMerge is for via: PullRequest, but spec.failback.via is ${failback}`,
	});
}
