import { createHash } from 'node:crypto';
import type { Clock } from '../../model/ports/clock.ts';
import { earlier, type Instant, type Milliseconds } from '../../model/time.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { createAlarm } from './alarm.ts';
import { deleteOtherSlices, type Endpoint, managedBy, putSlice } from './endpoint-slices.ts';
import {
	type Deployment,
	deploymentType,
	listDeployments,
	listServices,
	type Service,
	selectsPods,
	serviceType,
} from './workloads.ts';

/** A replica. There are no Pod objects: an endpoint's `targetRef` is all that shows of it. */
interface Pod {
	readonly name: string;
	readonly uid: string;
	readonly address: string;
	readonly readyAt: Instant;
}

interface Workload {
	readonly deployment: Deployment;
	readonly pods: readonly Pod[];
}

const sliceLabels = { [managedBy]: 'endpointslice-controller.k8s.io' };

/**
 * Runs the Deployments of one cluster as kube-controller-manager and nodes would: each Service with a selector
 * gets one EndpointSlice that follows the replicas behind it, and each Deployment's status is kept. A new pod
 * is ready after `startup` (default: at once); a surplus one, the newest first, is gone at once. Resolves once
 * aborted.
 */
export async function runDeployments(
	store: ObjectStore,
	clock: Clock,
	{ startup = 0 }: { readonly startup?: Milliseconds },
	signal: AbortSignal,
): Promise<void> {
	const alarm = createAlarm(clock);
	const stops = [deploymentType, serviceType].map((type) => store.watch(type, undefined, alarm.nudge));
	const scale = createScaler(clock, startup);
	let workloads: readonly Workload[] = [];
	try {
		while (!signal.aborted) {
			workloads = scale(listDeployments(store), workloads);
			const wakeAt = publishWorkloads(store, workloads, clock.now());
			await alarm.wait(wakeAt === undefined ? undefined : wakeAt - clock.now(), signal);
		}
	} finally {
		for (const stop of stops) stop();
	}
}

type Scaler = (deployments: readonly Deployment[], running: readonly Workload[]) => readonly Workload[];

function createScaler(clock: Clock, startup: Milliseconds): Scaler {
	let started = 0;

	const startPod = ({ metadata }: Deployment): Pod => {
		const serial = ++started;
		const digest = createHash('sha256').update(`${metadata.uid} ${serial}`).digest('hex');
		return {
			name: `${metadata.name}-${digest.slice(-5)}`,
			uid: digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
			address: `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`,
			readyAt: clock.now() + startup,
		};
	};

	return (deployments, running) => {
		const podsOf = new Map(running.map(({ deployment, pods }) => [deployment.metadata.uid, pods]));
		return deployments.map((deployment) => {
			const wanted = deployment.spec?.replicas ?? 1;
			const kept = (podsOf.get(deployment.metadata.uid) ?? []).slice(0, wanted);
			const fresh = Array.from({ length: wanted - kept.length }, () => startPod(deployment));
			return { deployment, pods: [...kept, ...fresh] };
		});
	};
}

/** Writes every slice and status that is not right yet. Returns when the next pod becomes ready. */
function publishWorkloads(
	store: ObjectStore,
	workloads: readonly Workload[],
	now: Instant,
): Instant | undefined {
	const services = listServices(store).filter(({ spec }) => Object.keys(spec?.selector ?? {}).length > 0);
	deleteOtherSlices(store, sliceLabels, services);
	for (const service of services) publishSlice(store, service, workloads, now);
	for (const workload of workloads) publishStatus(store, workload, now);
	return workloads
		.flatMap(({ pods }) => pods.map(({ readyAt }) => readyAt))
		.filter((readyAt) => readyAt > now)
		.reduce<Instant | undefined>(earlier, undefined);
}

function publishSlice(
	store: ObjectStore,
	service: Service,
	workloads: readonly Workload[],
	now: Instant,
): void {
	const namespace = service.metadata.namespace ?? '';
	const pods = workloads.flatMap(({ deployment, pods }) => (selectsPods(service, deployment) ? pods : []));
	const endpoints = pods.map(({ name, uid, address, readyAt }): Endpoint => {
		const ready = readyAt <= now;
		return {
			addresses: [address],
			conditions: { ready, serving: ready, terminating: false },
			targetRef: { kind: 'Pod', namespace, name, uid },
		};
	});
	const ports = (service.spec?.ports ?? []).map(({ name, port, targetPort, protocol = 'TCP' }) => ({
		...(name === undefined ? {} : { name }),
		port: typeof targetPort === 'number' ? targetPort : port,
		protocol,
	}));
	putSlice(store, service, { labels: sliceLabels, endpoints, ports });
}

function publishStatus(store: ObjectStore, { deployment, pods }: Workload, now: Instant): void {
	const { namespace = '', name, generation } = deployment.metadata;
	const ready = pods.filter(({ readyAt }) => readyAt <= now).length;
	const status = {
		observedGeneration: generation,
		replicas: pods.length,
		updatedReplicas: pods.length,
		readyReplicas: ready,
		availableReplicas: ready,
	};
	const key = { ...deploymentType, namespace, name };
	store.patch(key, 'application/merge-patch+json', { status }, { subresource: 'status' });
}
