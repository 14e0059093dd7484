import type { PatchChange } from '../model/change.ts';
import { type ClusterName, formatTarget } from '../model/names.ts';
import type { Cluster, WriteOutcome } from '../model/ports/cluster.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import { problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import { trafficSplits } from '../model/traffic-split.ts';
import { orRejected, rejected } from './rejection.ts';

/** Finds a cluster's API; throws ProblemError when there is no way to it. */
export type FindCluster = (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;

/** Patches the live object, conditional on what was read. */
export function deliverDirect(findCluster: FindCluster): Delivery<PatchChange> {
	return { deliver: (change, signal) => orRejected(patchTarget(findCluster, change, signal)) };
}

async function patchTarget(
	findCluster: FindCluster,
	change: PatchChange,
	signal: AbortSignal,
): Promise<Receipt> {
	const { target, version, operations } = change;
	const cluster = await findCluster(target.cluster, signal);
	const ref = { resource: trafficSplits, namespace: target.namespace, name: target.name, version };
	return receiptOf(await cluster.patch(ref, operations, signal), change);
}

function receiptOf(outcome: WriteOutcome, { target }: PatchChange): Receipt {
	const where = { kind: 'named', name: formatTarget(target) } as const;
	switch (outcome.kind) {
		case 'written':
			return { kind: 'delivered', evidence: outcome };
		case 'conflict':
		case 'unknown':
			return outcome;
		case 'missing':
			return rejected(
				problem('E_TARGET_MISSING', { where, message: 'the TrafficSplit does not exist' }),
				'on-change',
			);
		case 'refused':
			return rejected(outcome.problem, 'soon');
		case 'unavailable': {
			const { message, retryAfter } = outcome;
			return {
				kind: 'rejected',
				problem: problem('E_CLUSTER_UNREACHABLE', { where, message }),
				retry: 'soon',
				...(retryAfter === undefined ? {} : { retryAfter }),
			};
		}
	}
}
