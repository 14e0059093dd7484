import type { ClusterName, Namespace } from '../model/names.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import type { Instant } from '../model/time.ts';
import { isRecord } from '../model/unstructured.ts';

/** Where Linkerd's service mirrors run, and keep their Leases. */
export const multiclusterNamespace: Namespace = 'linkerd-multicluster';

/** The Lease that the service mirror of `cluster` renews every few seconds as long as it works (Linkerd 2.15 on). */
export function mirrorLease(cluster: ClusterName): string {
	return `service-mirror-write-${cluster}`;
}

export interface LeaseFacts {
	/** `spec.renewTime`, by its holder's clock. */
	readonly renewTime?: Instant;
}

/** Prunes a Lease; never throws. */
export function readLease(object: KubernetesObject): LeaseFacts {
	const spec = isRecord(object['spec']) ? object['spec'] : {};
	const renewTime = Date.parse(String(spec['renewTime']));
	return Number.isNaN(renewTime) ? {} : { renewTime };
}

/** A Lease as it was last seen to be renewed. */
export interface Renewal {
	readonly renewTime: Instant | undefined;
	/** By our own clock. */
	readonly at: Instant;
}

/**
 * What a Lease says at `now` of its holder's last sign of life. Only at first sight its own time counts, as far as it
 * is not in the future; from then on it lives as often as that time changes, whatever the two clocks make of it.
 */
export function renewalOf(known: Renewal | undefined, { renewTime }: LeaseFacts, now: Instant): Renewal {
	if (known === undefined) return { renewTime, at: Math.min(now, renewTime ?? now) };
	return known.renewTime === renewTime ? known : { renewTime, at: now };
}
