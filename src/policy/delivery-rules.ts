// How a policy's moves are carried out, judged beside spillway.yaml.
import type { ClusterConfig, Via } from '../model/policy.ts';
import { type Problem, problem } from '../model/problem.ts';
import type { PolicyDraft } from './drafts.ts';

/** How each move is carried out, whichever document says so. */
export type Vias = Readonly<Record<'failover' | 'failback', Via | undefined>>;

/** What keeps the moves of a policy from being carried out as it says. */
export function* checkDelivery(
	clusters: readonly ClusterConfig[],
	draft: PolicyDraft,
	vias: Vias,
): Generator<Problem> {
	const cluster = clusters.find(({ name }) => name === draft.target.cluster);
	yield* checkOwner(draft, vias);
	yield* checkManifests(cluster, draft, vias);
	yield* checkEscalation(cluster, draft, vias);
}

/** What Spillway makes stands in Git or it does not: a patched one and a committed one would be two. */
function* checkOwner({ owned, places }: PolicyDraft, { failover, failback }: Vias): Generator<Problem> {
	if (owned === undefined || failover === undefined || failback === undefined || failover === failback)
		return;
	yield problem('E_OWNED_VIA', {
		where: failover === 'Commit' ? places.failoverVia : places.failbackVia,
		message: `an owned target has one owner, but spec.failover.via is ${failover} and spec.failback.via is ${failback}`,
	});
}

function* checkManifests(
	cluster: ClusterConfig | undefined,
	{ target, places }: PolicyDraft,
	{ failover, failback }: Vias,
): Generator<Problem> {
	if (failover !== 'Commit' && failback !== 'Commit') return;
	if (cluster === undefined || cluster.manifests !== undefined) return;
	yield problem('E_REQUIRED', {
		where: places.cluster,
		message: `via: Commit needs the folder of cluster ${target.cluster}'s manifests`,
		remedy: `add spec.clusters.${target.cluster}.manifests in spillway.yaml, or use via: Direct`,
	});
}

/** A direct write must outlast the syncer, which goes on from its cache. */
function* checkEscalation(
	cluster: ClusterConfig | undefined,
	{ failover: { escalate }, places: { escalate: where } }: PolicyDraft,
	{ failover }: Vias,
): Generator<Problem> {
	if (escalate === undefined) return;
	if (failover === 'Direct') {
		const message = 'spec.failover.escalate is for via: Commit; Direct writes at once';
		yield problem('E_ESCALATION', { where, message, remedy: 'remove it, or use spec.failover.via: Commit' });
		return;
	}
	if (failover === undefined || cluster === undefined) return;
	const { name, syncer } = cluster;
	const field = `spec.clusters.${name}.syncer`;
	if (syncer === undefined) {
		const message = 'a syncer would undo the direct write from its cache, also while Git is down';
		yield problem('E_ESCALATION', { where, message, remedy: `name it in ${field}, such as ${field}: Flux` });
	} else if (syncer.kind === 'ArgoCD' && syncer.dedicated === undefined) {
		yield problem('E_ESCALATION', {
			where,
			message: 'Argo CD can only be held off a whole Application, and would undo the direct write otherwise',
			remedy: `give the targets an Application of their own, and name it: ${field}: {kind: ArgoCD, application: argocd/${name}-splits, dedicated: true}`,
		});
	}
}
