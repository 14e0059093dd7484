import { systemClock } from '../../src/cli/system-clock.ts';
import type { KubernetesObject, Resource } from '../../src/model/ports/cluster.ts';
import { createAlarm } from '../../src/simulator/world/alarm.ts';
import type { Gateway } from '../../src/simulator/world/gateway.ts';
import { applyObject } from './apply-object.ts';
import { collectionPath } from './collection-path.ts';
import { type OpenCluster, objectKey, type Watched } from './open-cluster.ts';

/** What `linkerd multicluster link` sets up in one direction. */
export interface Link {
	/** Gets the mirrors. */
	readonly local: OpenCluster;
	/** Exports its Services; its name ends theirs. */
	readonly remote: OpenCluster;
	/** The remote cluster's. */
	readonly gateway: Gateway;
}

interface Service extends KubernetesObject {
	readonly spec: {
		readonly ports?: readonly {
			readonly name?: string;
			readonly port: number;
			readonly protocol?: string;
		}[];
	};
}

/** What a round looks at, by `namespace/name`. */
interface View {
	readonly exported: Map<string, KubernetesObject>;
	readonly endpoints: Map<string, KubernetesObject>;
	/** Of the local cluster. */
	readonly namespaces: Map<string, KubernetesObject>;
	readonly mirrors: Map<string, KubernetesObject>;
	/** What was applied last, as text, by what it is. */
	readonly applied: Map<string, string>;
}

const manager = 'linkerd-service-mirror';
const repairPeriod = 60_000;
const retryPeriod = 200;
const renewPeriod = 2_000;
const home = 'linkerd-multicluster';

const core = (plural: string): Resource => ({ group: '', versions: ['v1'], plural });

/**
 * Mirrors the exported Services of the remote cluster as Linkerd's gateway mode does: the Service
 * `<service>-<cluster>`, and its Endpoints with the gateway's address while the remote one has a ready endpoint, not
 * ready while the gateway is dead. kube-controller-manager makes the slices. Renews its Lease. Until aborted.
 */
export async function runServiceMirror(link: Link, signal: AbortSignal): Promise<void> {
	const { local, remote, gateway } = link;
	const alarm = createAlarm(systemClock);
	const view: View = {
		exported: new Map(),
		endpoints: new Map(),
		namespaces: new Map(),
		mirrors: new Map(),
		applied: new Map(),
	};
	const keep = (objects: Map<string, KubernetesObject>, plural: string, labelSelector?: string): Watched => ({
		resource: core(plural),
		...(labelSelector === undefined ? {} : { labelSelector }),
		onObject(object) {
			objects.set(objectKey(object.metadata), object);
			alarm.nudge();
		},
		onGone(key) {
			objects.delete(key);
			alarm.nudge();
		},
	});
	const stop = gateway.onChange(alarm.nudge);
	const running = [
		remote.watch(keep(view.exported, 'services', 'mirror.linkerd.io/exported=true'), signal),
		remote.watch(keep(view.endpoints, 'endpoints'), signal),
		local.watch(keep(view.namespaces, 'namespaces'), signal),
		local.watch(keep(view.mirrors, 'services', `mirror.linkerd.io/cluster-name=${remote.name}`), signal),
		renewLease(link, signal),
	];
	let repairAt = systemClock.now() + repairPeriod;
	while (!signal.aborted) {
		if (systemClock.now() >= repairAt) {
			view.applied.clear();
			repairAt += repairPeriod;
		}
		const done = await mirrorServices(link, view).then(
			() => true,
			() => false,
		);
		await alarm.wait(done ? repairAt - systemClock.now() : retryPeriod, signal);
	}
	stop();
	await Promise.all(running);
}

async function mirrorServices(link: Link, view: View): Promise<void> {
	const kept = new Set<string>();
	for (const [key, exported] of view.exported) {
		const { name, namespace = '' } = exported.metadata;
		if (!view.namespaces.has(objectKey({ name: namespace }))) continue;
		const mirror = `${name}-${link.remote.name}`;
		kept.add(objectKey({ namespace, name: mirror }));
		await applyOnce(link, view, 'services', composeService(link, exported as Service, mirror));
		const ready = hasReady(view.endpoints.get(key));
		await applyOnce(link, view, 'endpoints', composeEndpoints(link, exported as Service, { mirror, ready }));
	}
	for (const [key, { metadata }] of view.mirrors) {
		if (kept.has(key)) continue;
		for (const plural of ['endpoints', 'services']) {
			const collection = collectionPath({ apiVersion: 'v1', plural, namespace: metadata.namespace });
			await link.local.access.call({ method: 'DELETE', path: `${collection}/${metadata.name}` });
			view.applied.delete(`${plural} ${key}`);
		}
	}
}

type Composed = Parameters<typeof applyObject>[1];

async function applyOnce({ local }: Link, { applied }: View, plural: string, object: Composed) {
	const key = `${plural} ${objectKey(object.metadata)}`;
	const text = JSON.stringify(object);
	if (applied.get(key) === text) return;
	await applyObject(local.access, object, { manager, plural });
	applied.set(key, text);
}

function composeService({ remote }: Link, exported: Service, name: string): Composed {
	const { name: remoteName, namespace = '', resourceVersion } = exported.metadata;
	const ports = (exported.spec.ports ?? []).map((port) => ({
		...(port.name === undefined ? {} : { name: port.name }),
		port: port.port,
		protocol: port.protocol ?? 'TCP',
	}));
	const annotations = {
		'mirror.linkerd.io/remote-svc-fq-name': `${remoteName}.${namespace}.svc.cluster.local`,
		'mirror.linkerd.io/remote-resource-version': resourceVersion,
	};
	const metadata = { name, namespace, labels: mirrorLabels(remote), annotations };
	return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } };
}

function composeEndpoints(
	{ remote, gateway }: Link,
	exported: Service,
	{ mirror, ready }: { readonly mirror: string; readonly ready: boolean },
): Composed {
	const { namespace = '' } = exported.metadata;
	const ports = (exported.spec.ports ?? []).map(({ name, protocol = 'TCP' }) => ({
		...(name === undefined ? {} : { name }),
		port: gateway.port,
		protocol,
	}));
	const addresses = gateway.alive() ? 'addresses' : 'notReadyAddresses';
	const subsets = ready ? [{ [addresses]: [{ ip: gateway.address }], ports }] : [];
	const annotations = { 'mirror.linkerd.io/remote-gateway-identity': gateway.identity };
	const metadata = { name: mirror, namespace, labels: mirrorLabels(remote), annotations };
	return { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
}

function mirrorLabels({ name }: OpenCluster) {
	return { 'mirror.linkerd.io/mirrored-service': 'true', 'mirror.linkerd.io/cluster-name': name };
}

function hasReady(endpoints: KubernetesObject | undefined): boolean {
	const subsets = (endpoints?.['subsets'] ?? []) as readonly { readonly addresses?: readonly object[] }[];
	return subsets.some(({ addresses = [] }) => addresses.length > 0);
}

/** Every 2 s, as the service mirror that writes does. */
async function renewLease({ local, remote }: Link, signal: AbortSignal): Promise<void> {
	const lease = { name: `service-mirror-write-${remote.name}`, namespace: home };
	const holderIdentity = `linkerd-service-mirror-${remote.name}`;
	while (!signal.aborted) {
		const renewTime = new Date(systemClock.now()).toISOString().replace('Z', '000Z');
		const spec = { holderIdentity, leaseDurationSeconds: 30, renewTime };
		await applyLease(local, { metadata: lease, spec }).catch(() => undefined);
		await systemClock.sleep(renewPeriod, signal).catch(() => undefined);
	}
}

async function applyLease(
	{ access }: OpenCluster,
	lease: Pick<Composed, 'metadata' | 'spec'>,
): Promise<void> {
	const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } };
	await applyObject(access, namespace, { manager, plural: 'namespaces' });
	const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease };
	await applyObject(access, object, { manager, plural: 'leases' });
}
