import type { ClusterName } from '../../model/names.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { applyObject } from './apply.ts';

/** Linkerd's: a duration of 30 s, renewed every 2 s. */
const leaseSeconds = 30;
const renewPeriod: Milliseconds = 2_000;

const namespace = 'linkerd-multicluster';

/** Renews the Lease that says that a cluster's mirrors are kept, until aborted. It stays, and ages. */
export async function keepMirrorLease(
	store: ObjectStore,
	cluster: ClusterName,
	clock: Clock,
	signal: AbortSignal,
): Promise<void> {
	const name = `service-mirror-write-${cluster}`;
	const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
	applyObject(store, { group: '', plural: 'namespaces', namespace: '', name: namespace }, home);
	while (!signal.aborted) {
		const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
		const holderIdentity = `linkerd-service-mirror-${cluster}`;
		const key = { group: 'coordination.k8s.io', plural: 'leases', namespace, name };
		applyObject(store, key, {
			apiVersion: 'coordination.k8s.io/v1',
			kind: 'Lease',
			metadata: { name, namespace },
			spec: { holderIdentity, leaseDurationSeconds: leaseSeconds, renewTime },
		});
		await clock.sleep(renewPeriod, signal).catch(() => undefined);
	}
}
