import type { ClusterName } from '../../model/names.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { createAlarm } from './alarm.ts';
import { applyObject, findObject } from './apply.ts';
import { deleteOtherSlices, listSlicesOf, managedBy, putSlice, sliceType } from './endpoint-slices.ts';
import type { Gateway, Liveness } from './gateway.ts';
import { createGatewayProber, type ProbeSpec } from './gateway-prober.ts';
import { keepMirrorLease } from './mirror-lease.ts';
import { listServices, type Service, type StringMap, serviceType } from './workloads.ts';

/** What `linkerd multicluster link` sets up in one direction. */
export interface Link {
	/** Gets the mirrors. */
	readonly local: ObjectStore;
	/** Exports its Services. */
	readonly remote: ObjectStore;
	/** The remote cluster's name, as mirrors carry it. */
	readonly clusterName: ClusterName;
	readonly gateway: Gateway;
	/** How the gateway is probed; without it, its death is known at once. */
	readonly probe?: ProbeSpec;
	/** Keep a Lease, as Linkerd does from 2.15 on. */
	readonly lease?: boolean;
}

/** A link whose gateway is watched. */
interface LiveLink extends Link {
	readonly liveness: Liveness;
}

/** How often Linkerd's service mirror repairs what it keeps. */
const repairPeriod: Milliseconds = 60_000;

/**
 * Mirrors the exported Services of the remote cluster as Linkerd's gateway mode does: a local Service
 * `<service>-<cluster>` and, while the remote one has a ready endpoint, a slice with the gateway's address,
 * ready as long as the gateway is taken to be alive. A Service whose namespace does not exist locally is left out.
 * Resolves once aborted.
 */
export async function runServiceMirror(link: Link, clock: Clock, signal: AbortSignal): Promise<void> {
	const { local, remote, clusterName, gateway, probe, lease = false } = link;
	const prober = probe && createGatewayProber(gateway, probe, clock);
	const liveness = prober ?? gateway;
	const alarm = createAlarm(clock);
	const stops = [
		...[serviceType, sliceType].map((type) => remote.watch(type, undefined, alarm.nudge)),
		liveness.onChange(alarm.nudge),
	];
	const company = [
		prober?.run(signal),
		lease ? keepMirrorLease(local, clusterName, clock, signal) : undefined,
	];
	try {
		while (!signal.aborted) {
			mirrorServices({ ...link, liveness });
			await alarm.wait(repairPeriod, signal);
		}
	} finally {
		for (const stop of stops) stop();
		await Promise.all(company);
	}
}

function mirrorServices(link: LiveLink): void {
	const { local, remote, clusterName } = link;
	const labels = {
		'mirror.linkerd.io/mirrored-service': 'true',
		'mirror.linkerd.io/cluster-name': clusterName,
	};
	const mirrors: Service[] = [];
	const reachable: Service[] = [];
	for (const exported of listServices(remote, { 'mirror.linkerd.io/exported': 'true' })) {
		if (!namespaceExists(local, exported.metadata.namespace ?? '')) continue;
		const mirror = putMirror(link, exported, labels);
		mirrors.push(mirror);
		if (hasReadyEndpoint(remote, exported)) reachable.push(mirror);
	}
	for (const mirror of reachable) putGatewaySlice(link, mirror, labels);
	deleteOtherSlices(local, labels, reachable);
	deleteOtherMirrors(local, labels, mirrors);
}

function putMirror({ local, clusterName }: Link, exported: Service, labels: StringMap): Service {
	const { name: remoteName, namespace = '', resourceVersion } = exported.metadata;
	const name = `${remoteName}-${clusterName}`;
	const annotations = {
		'mirror.linkerd.io/remote-svc-fq-name': `${remoteName}.${namespace}.svc.cluster.local`,
		'mirror.linkerd.io/remote-resource-version': resourceVersion,
	};
	const ports = exported.spec?.ports ?? [];
	const mirror = {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name, namespace, labels, annotations },
		spec: { ports },
	};
	return applyObject(local, { ...serviceType, namespace, name }, mirror).object;
}

/** As kube-controller-manager mirrors the Endpoints that Linkerd keeps. */
function putGatewaySlice(link: LiveLink, mirror: Service, labels: StringMap): void {
	const { local, gateway, liveness } = link;
	const ports = (mirror.spec?.ports ?? []).map(({ name, protocol = 'TCP' }) => ({
		...(name === undefined ? {} : { name }),
		port: gateway.port,
		protocol,
	}));
	putSlice(local, mirror, {
		labels: { ...labels, [managedBy]: 'endpointslicemirroring-controller.k8s.io' },
		annotations: { 'mirror.linkerd.io/remote-gateway-identity': gateway.identity },
		endpoints: [{ addresses: [gateway.address], conditions: { ready: liveness.alive() } }],
		ports,
	});
}

function deleteOtherMirrors(local: ObjectStore, labels: StringMap, kept: readonly Service[]): void {
	const uids = new Set(kept.map(({ metadata }) => metadata.uid));
	for (const { metadata } of listServices(local, labels)) {
		if (uids.has(metadata.uid)) continue;
		local.delete({ ...serviceType, namespace: metadata.namespace ?? '', name: metadata.name });
	}
}

function hasReadyEndpoint(store: ObjectStore, { metadata }: Service): boolean {
	return listSlicesOf(store, metadata.namespace ?? '', metadata.name).some(({ endpoints }) =>
		(endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
	);
}

function namespaceExists(store: ObjectStore, name: string): boolean {
	return findObject(store, { group: '', plural: 'namespaces', namespace: '', name }) !== undefined;
}
