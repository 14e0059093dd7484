import { writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { liveWeights } from '../../model/live-target.ts';
import type { ClusterName } from '../../model/names.ts';
import { readSplit, trafficSplits } from '../../model/traffic-split.ts';
import type { Weights } from '../../model/weights.ts';
import { createEmbeddedApi, type EmbeddedApi } from '../../simulator/kubernetes/embedded-api.ts';
import { runDeployments } from '../../simulator/world/deployments.ts';
import { createGateway, type Gateway } from '../../simulator/world/gateway.ts';
import { runServiceMirror } from '../../simulator/world/service-mirror.ts';
import { systemClock } from '../system-clock.ts';
import type { Lifetime } from './lifetime.ts';
import { createSightings, type Sightings } from './sightings.ts';
import { workshop } from './workshop.ts';

/** Both clusters, serving the Kubernetes API over HTTPS on loopback. */
export interface Clusters {
	readonly east: EmbeddedCluster;
	readonly west: EmbeddedCluster;
	/** The weights that the split in east carried, as a watch of the object shows them. */
	readonly weights: Sightings<Weights>;
}

export interface EmbeddedCluster {
	readonly name: ClusterName;
	readonly api: EmbeddedApi;
	readonly gateway: Gateway;
}

/** From the start of a pod until it is ready. */
const startup = 300;

/** Starts both clusters, empty, linked both ways by Linkerd's service mirrors. */
export async function startClusters(lifetime: Lifetime): Promise<Clusters> {
	const east = await startCluster('east', '172.18.0.10', lifetime);
	const west = await startCluster('west', '172.18.0.20', lifetime);
	linkClusters(east, west, lifetime);
	linkClusters(west, east, lifetime);
	return { east, west, weights: watchWeights(east, lifetime) };
}

async function startCluster(
	name: ClusterName,
	gatewayAddress: string,
	lifetime: Lifetime,
): Promise<EmbeddedCluster> {
	const api = await createEmbeddedApi({ clock: systemClock, name });
	lifetime.defer(api.close);
	lifetime.attend(runDeployments(api.store, systemClock, { startup }, lifetime.signal));
	return { name, api, gateway: createGateway(gatewayAddress) };
}

function linkClusters(local: EmbeddedCluster, remote: EmbeddedCluster, lifetime: Lifetime): void {
	const link = {
		local: local.api.store,
		remote: remote.api.store,
		clusterName: remote.name,
		gateway: remote.gateway,
	};
	lifetime.attend(runServiceMirror(link, systemClock, lifetime.signal));
}

function watchWeights({ api }: EmbeddedCluster, lifetime: Lifetime): Sightings<Weights> {
	const { group, plural } = trafficSplits;
	const selection = { group, plural, namespace: workshop.namespace };
	const weights = createSightings<Weights>();
	const stop = api.store.watch(selection, undefined, ({ object }) => {
		const facts = readSplit(object);
		if (facts.kind === 'target') weights.add(liveWeights(facts.target));
	});
	lifetime.signal.addEventListener('abort', stop, { once: true });
	return weights;
}

/** What `kubectl scale` does. */
export function scaleEmoji({ api }: EmbeddedCluster, replicas: number): void {
	const { namespace, deployment: name } = workshop;
	const key = { group: 'apps', plural: 'deployments', namespace, name };
	api.store.patch(key, 'application/merge-patch+json', { spec: { replicas } });
}

interface Kubeconfig {
	readonly clusters: readonly object[];
	readonly users: readonly object[];
	readonly contexts: readonly object[];
}

/** Writes one kubeconfig with a context per cluster; the first one is the current context. */
export async function writeKubeconfig(file: string, clusters: readonly EmbeddedCluster[]): Promise<void> {
	const configs = clusters.map(({ name, api }) => parse(api.kubeconfig(name)) as Kubeconfig);
	const merged = {
		...configs[0],
		clusters: configs.flatMap((config) => config.clusters),
		users: configs.flatMap((config) => config.users),
		contexts: configs.flatMap((config) => config.contexts),
	};
	await writeFile(file, stringify(merged), { mode: 0o600 });
}
