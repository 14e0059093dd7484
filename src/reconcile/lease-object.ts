import type { LeaseRecord } from '../model/lease.ts';
import type { KubernetesObject, Manifest, VersionedRef } from '../model/ports/cluster.ts';
import type { Instant } from '../model/time.ts';
import { isRecord } from '../model/unstructured.ts';

/** A Lease as it was read. */
export interface StoredLease {
	readonly record: LeaseRecord;
	readonly object: KubernetesObject;
}

/** Missing or odd fields are read as those of a Lease that nobody holds. */
export function readLease(object: KubernetesObject): StoredLease {
	const spec = isRecord(object['spec']) ? object['spec'] : {};
	const { holderIdentity, leaseDurationSeconds, renewTime, leaseTransitions } = spec;
	return {
		object,
		record: {
			holder: typeof holderIdentity === 'string' ? holderIdentity : '',
			...(typeof leaseDurationSeconds === 'number' ? { duration: leaseDurationSeconds * 1_000 } : {}),
			renewTime: typeof renewTime === 'string' ? renewTime : '',
			transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
		},
	};
}

/** The Lease that says `record`: a new one, or `base` with all that an election does not look at. */
export function composeLease(
	{ namespace, name }: VersionedRef,
	record: LeaseRecord,
	labels: Readonly<Record<string, string>>,
	base?: StoredLease,
): Manifest {
	const spec = isRecord(base?.object['spec']) ? base.object['spec'] : {};
	const { holder, duration = 0, renewTime, transitions } = record;
	const metadata = base?.object.metadata;
	const continued = base?.record.holder === holder && spec['acquireTime'] !== undefined;
	return {
		apiVersion: 'coordination.k8s.io/v1',
		kind: 'Lease',
		metadata: {
			name,
			namespace,
			labels: { ...metadata?.labels, ...labels },
			...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
			...(metadata === undefined ? {} : { uid: metadata.uid, resourceVersion: metadata.resourceVersion }),
		},
		spec: {
			...spec,
			holderIdentity: holder,
			leaseDurationSeconds: Math.ceil(duration / 1_000),
			acquireTime: continued ? spec['acquireTime'] : renewTime,
			renewTime,
			leaseTransitions: transitions,
		},
	};
}

/** Kubernetes' MicroTime: `2026-05-01T09:30:00.123000Z`. */
export function formatMicroTime(instant: Instant): string {
	const microseconds = Math.floor((instant - Math.floor(instant)) * 1_000);
	const text = new Date(Math.floor(instant)).toISOString();
	return text.replace('Z', `${String(microseconds).padStart(3, '0')}Z`);
}
