import { gitRepositories } from '../../deliver/syncer/flux-objects.ts';
import type { ClusterName } from '../../model/names.ts';
import type { KubernetesObject, Resource } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { serviceProfiles } from '../../model/service-profile.ts';
import { trafficSplits } from '../../model/traffic-split.ts';
import { createEmbeddedApi } from '../../simulator/kubernetes/embedded-api.ts';
import { runDeployments } from '../../simulator/world/deployments.ts';
import { createGateway } from '../../simulator/world/gateway.ts';
import { runServiceMirror } from '../../simulator/world/service-mirror.ts';
import { createSmiAdaptor } from '../../simulator/world/smi-adaptor.ts';
import { systemClock } from '../system-clock.ts';
import type { ClusterKit, Clusters } from './clusters.ts';
import type { EmbeddedCluster } from './embedded-cluster.ts';
import { mergeKubeconfigs } from './kubeconfigs.ts';
import type { Lifetime } from './lifetime.ts';
import { readRequests } from './seen-requests.ts';
import { weightsOfProfile, weightsOfSplit } from './seen-weights.ts';
import { createSightings, type Sightings } from './sightings.ts';
import { applyManifests, startFlux } from './syncing.ts';
import { workshop } from './workshop.ts';

/** From the start of a pod until it is ready. */
const startup = 300;

/** Clusters within this process. */
export const embeddedKit: ClusterKit = {
	what: 'Two embedded clusters, each with an embedded Flux',
	step: 'Two clusters with the Kubernetes API on 127.0.0.1, emojivoto running in both',
	start: startEmbedded,
};

async function startEmbedded(lifetime: Lifetime): Promise<Clusters> {
	const east = await startCluster('east', '172.18.0.10', lifetime);
	const west = await startCluster('west', '172.18.0.20', lifetime);
	linkClusters(east, west, lifetime);
	linkClusters(west, east, lifetime);
	const synced = createSightings<CommitId>();
	return {
		kubeconfig: mergeKubeconfigs([east, west].map(({ name, api }) => api.kubeconfig(name))),
		weights: watchEast(east, trafficSplits, lifetime, weightsOfSplit),
		routed: watchEast(east, serviceProfiles, lifetime, weightsOfProfile),
		asked: watchEast(east, gitRepositories, lifetime, readRequests()),
		syncer: 'Flux',
		synced,
		scaleEmoji(replicas) {
			const { namespace, deployment: name } = workshop;
			const key = { group: 'apps', plural: 'deployments', namespace, name };
			east.api.store.patch(key, 'application/merge-patch+json', { spec: { replicas } });
			return Promise.resolve();
		},
		async apply(repository) {
			for (const cluster of [west, east]) await applyManifests(repository, cluster, lifetime.signal);
		},
		sync(repository) {
			startFlux(repository, west, { lifetime, onSynced: () => undefined });
			startFlux(repository, east, { lifetime, onSynced: synced.add });
		},
	};
}

async function startCluster(
	name: ClusterName,
	gatewayAddress: string,
	lifetime: Lifetime,
): Promise<EmbeddedCluster> {
	const api = await createEmbeddedApi({ clock: systemClock, name });
	lifetime.defer(api.close);
	lifetime.attend(runDeployments(api.store, systemClock, { startup }, lifetime.signal));
	lifetime.attend(createSmiAdaptor({ store: api.store, clock: systemClock }).run(lifetime.signal));
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

function watchEast<T>(
	{ api }: EmbeddedCluster,
	{ group, plural }: Resource,
	lifetime: Lifetime,
	read: (object: KubernetesObject) => T | undefined,
): Sightings<T> {
	const sightings = createSightings<T>();
	const stop = api.store.watch({ group, plural }, undefined, ({ object }) => {
		const seen = read(object);
		if (seen !== undefined) sightings.add(seen);
	});
	lifetime.signal.addEventListener('abort', stop, { once: true });
	return sightings;
}
