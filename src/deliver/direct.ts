import type { ApplyChange, PatchChange } from '../model/change.ts';
import { type ClusterName, describeTarget } from '../model/names.ts';
import type { Cluster, VersionedRef, WriteOutcome } from '../model/ports/cluster.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import { problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import { targetResource } from '../model/target-resource.ts';
import { always, type MayWrite } from './deliver.ts';
import { orRejected, rejected, rejectWeights } from './rejection.ts';
import { forbidWrite } from './write-guard.ts';

/** Finds a cluster's API; throws ProblemError when there is no way to it. */
export type FindCluster = (name: ClusterName, signal: AbortSignal) => Promise<Cluster>;

type DirectChange = PatchChange | ApplyChange;

/** Patches or applies the live object, conditional on what was read. */
export function deliverDirect(findCluster: FindCluster, mayWrite: MayWrite = always): Delivery<DirectChange> {
	return {
		deliver: (change, signal) => orRejected(writeTarget({ findCluster, mayWrite }, change, signal)),
	};
}

interface DirectParts {
	readonly findCluster: FindCluster;
	readonly mayWrite: MayWrite;
}

/** A version that the server does not serve looks like a missing object, so the older ones are tried too. */
async function writeTarget(
	{ findCluster, mayWrite }: DirectParts,
	change: DirectChange,
	signal: AbortSignal,
): Promise<Receipt> {
	const { target } = change;
	const cluster = await findCluster(target.cluster, signal);
	const resource = targetResource(target);
	const { versions } = resource;
	let outcome: WriteOutcome = { kind: 'missing' };
	for (const version of versions.slice(versions.indexOf(change.version))) {
		const refusal = forbidWrite(change);
		if (refusal !== undefined) return rejectWeights(change, refusal);
		if (!mayWrite(change)) return { kind: 'withheld' };
		const ref = { resource, namespace: target.namespace, name: target.name, version };
		outcome = await write(cluster, ref, change, signal);
		if (outcome.kind !== 'missing') break;
	}
	return receiptOf(outcome, change);
}

function write(
	cluster: Cluster,
	ref: VersionedRef,
	change: DirectChange,
	signal: AbortSignal,
): Promise<WriteOutcome> {
	if (change.kind === 'patch') return cluster.patch(ref, change.operations, signal);
	const apiVersion = `${ref.resource.group}/${ref.version}`;
	return cluster.apply(ref, { ...change.manifest, apiVersion }, signal);
}

function receiptOf(outcome: WriteOutcome, { target }: DirectChange): Receipt {
	const where = { kind: 'named', name: describeTarget(target) } as const;
	switch (outcome.kind) {
		case 'written':
			return { kind: 'delivered', evidence: outcome };
		case 'conflict':
		case 'unknown':
			return outcome;
		case 'missing':
			return rejected(problem('E_TARGET_MISSING', { where, message: 'it does not exist' }), 'on-change');
		case 'refused':
			return rejected(outcome.problem, outcome.problem.code === 'E_WRITE_REFUSED' ? 'later' : 'soon');
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
