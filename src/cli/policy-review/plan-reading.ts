// What may be said of what a pull request would move, and to whom.
import type { ClusterName } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { Forge, PullRequest } from '../../model/ports/forge.ts';
import type { PlanReading } from './plan-text.ts';
import type { ChangeReading } from './read-change.ts';
import type { PolicyReviewParts } from './session.ts';

/** More changed policies than this are counted, not looked at. */
export const maxPlanned = 500;

export interface PlanSubject {
	readonly pull: PullRequest;
	readonly reading: ChangeReading;
	/** Those in force. */
	readonly clusters: ReadonlySet<ClusterName>;
}

/**
 * Decides for the changed policies, with the clusters of the base: whatever a pull request says of clusters, it does
 * not lead anywhere before it is merged. Only those who may write are told. Throws ForgeError.
 */
export async function planReading(
	{ forge, plan, clock }: Pick<PolicyReviewParts, 'forge' | 'plan' | 'clock'>,
	{ pull, reading: { changed }, clusters }: PlanSubject,
	signal: AbortSignal,
): Promise<PlanReading> {
	if (!(await mayKnow(forge, pull, signal))) return { kind: 'withheld' };
	if (changed.length === 0) return { kind: 'none' };
	if (changed.length > maxPlanned) return { kind: 'too many', size: changed.length };
	const unknown = changed.flatMap((policy) => {
		const cluster = clustersOf(policy).find((name) => !clusters.has(name));
		return cluster === undefined ? [] : { key: policy.key, cluster };
	});
	const strange = new Set(unknown.map(({ key }) => key));
	const known = changed.filter(({ key }) => !strange.has(key));
	const decisions = await plan(known, clusters, signal);
	const planned = known.flatMap((policy) => {
		const decision = decisions.get(policy.key);
		return decision === undefined ? [] : { policy, decision };
	});
	const unanswered = known.map(({ key }) => key).filter((key) => !decisions.has(key));
	return { kind: 'planned', planned, unknown, unanswered, at: clock.now() };
}

/** Whoever has a branch in the repository itself may write to it. */
async function mayKnow(forge: Forge, pull: PullRequest, signal: AbortSignal): Promise<boolean> {
	if (!pull.isForeign) return true;
	const permission = await forge.permission(pull.author, signal);
	return permission === 'write' || permission === 'admin';
}

function clustersOf({ target, backends }: FailoverPolicy): readonly ClusterName[] {
	return [target.cluster, ...backends.flatMap(({ origin }) => origin?.cluster ?? [])];
}
