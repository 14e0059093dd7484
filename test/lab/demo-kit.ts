// The demo's real parts: npm run demo -- --real.
import type { Clusters } from '../../src/cli/demo/clusters.ts';
import type { DemoKit } from '../../src/cli/demo/kit.ts';
import type { Lifetime } from '../../src/cli/demo/lifetime.ts';
import { readRequests } from '../../src/cli/demo/seen-requests.ts';
import { weightsOfProfile, weightsOfSplit } from '../../src/cli/demo/seen-weights.ts';
import { createSightings, type Sightings } from '../../src/cli/demo/sightings.ts';
import { workshop } from '../../src/cli/demo/workshop.ts';
import { usageError } from '../../src/cli/exit.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { gitRepositories } from '../../src/deliver/syncer/flux-objects.ts';
import type { KubernetesObject, Resource } from '../../src/model/ports/cluster.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';
import { serviceProfiles } from '../../src/model/service-profile.ts';
import { trafficSplits } from '../../src/model/traffic-split.ts';
import { createGateway } from '../../src/simulator/world/gateway.ts';
import { createDemoFlux } from './demo-flux.ts';
import { giteaKit } from './demo-forge.ts';
import { giteaAtHand } from './gitea/programs.ts';
import { attachLab } from './held-lab.ts';
import { mergeKubeconfigs } from './merged-kubeconfig.ts';
import { type OpenCluster, openCluster } from './open-cluster.ts';
import { allParts, findParts, missingParts, type Parts } from './parts.ts';
import { runScheduler } from './scheduler.ts';
import { runServiceMirror } from './service-mirror.ts';
import { createSmiAdaptor } from './smi-adaptor.ts';

/** Throws ProblemError where a part is missing. */
export async function findRealKit(environment: Terminal['env']): Promise<DemoKit> {
	const parts = await findParts(allParts, environment);
	const gitea = await giteaAtHand(environment);
	const missing = [...missingParts(allParts, parts), ...(gitea.kind === 'programs' ? [] : ['gitea'])];
	if (missing.length > 0) {
		throw usageError(
			'--real',
			`no ${missing.join(', no ')} here`,
			'build them once, with Go ≥ 1.26 and, for Gitea, a C compiler: npm run lab -- build (about 12 minutes); or name the folder that holds all of them but Gitea in KUBEBUILDER_ASSETS',
		);
	}
	return {
		clusters: {
			what: 'Two real Kubernetes clusters (etcd, kube-apiserver, kube-controller-manager, KWOK for nodes, and Flux)',
			step: 'Two clusters with kube-apiserver, emojivoto applied by Flux',
			start: (lifetime) => startReal(parts, lifetime),
		},
		forge: giteaKit,
	};
}

/** From the creation of Flux's objects until they have been heeded, in ms. */
const patience = 15_000;

async function startReal(parts: Parts, lifetime: Lifetime): Promise<Clusters> {
	const lab = await attachLab({ names: ['east', 'west'], parts, controllers: true, flux: true });
	lifetime.defer(lab.stop);
	const [east, west] = await Promise.all(lab.clusters.map((cluster) => openCluster(cluster)));
	if (east === undefined || west === undefined) throw new Error('the lab has no two clusters');
	for (const cluster of [east, west]) {
		lifetime.defer(cluster.close);
		lifetime.attend(runScheduler(cluster, lifetime.signal));
		lifetime.attend(createSmiAdaptor(cluster).run(lifetime.signal));
	}
	linkClusters({ east, west }, lifetime);
	const synced = createSightings<CommitId>();
	const fluxes = [
		createDemoFlux(west, () => undefined, lifetime),
		createDemoFlux(east, synced.add, lifetime),
	];
	return {
		kubeconfig: await mergeKubeconfigs(lab.clusters),
		weights: watchEast(east, trafficSplits, lifetime, weightsOfSplit),
		routed: watchEast(east, serviceProfiles, lifetime, weightsOfProfile),
		scaleEmoji: (replicas) => scaleEmoji(east, replicas),
		asked: watchEast(east, gitRepositories, lifetime, readRequests()),
		syncer: "Flux's kustomize-controller",
		synced,
		async apply(repository) {
			const signal = AbortSignal.any([lifetime.signal, AbortSignal.timeout(patience)]);
			await Promise.all(fluxes.map((flux) => flux.applyOnce(repository, signal)));
		},
		sync() {
			for (const flux of fluxes) lifetime.attend(flux.resume());
		},
	};
}

interface Pair {
	readonly east: OpenCluster;
	readonly west: OpenCluster;
}

function linkClusters({ east, west }: Pair, { attend, signal }: Lifetime): void {
	const [near, far] = [createGateway('172.18.0.10'), createGateway('172.18.0.20')];
	attend(runServiceMirror({ local: east, remote: west, gateway: far }, signal));
	attend(runServiceMirror({ local: west, remote: east, gateway: near }, signal));
}

function watchEast<T>(
	east: OpenCluster,
	resource: Resource,
	{ attend, signal }: Lifetime,
	read: (object: KubernetesObject) => T | undefined,
): Sightings<T> {
	const sightings = createSightings<T>();
	const onObject = (object: KubernetesObject): void => {
		const seen = read(object);
		if (seen !== undefined) sightings.add(seen);
	};
	attend(east.watch({ resource, onObject }, signal));
	return sightings;
}

async function scaleEmoji({ access }: OpenCluster, replicas: number): Promise<void> {
	const { namespace, deployment } = workshop;
	const { code, body } = await access.call({
		method: 'PATCH',
		path: `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}/scale`,
		mediaType: 'application/merge-patch+json',
		text: JSON.stringify({ spec: { replicas } }),
	});
	if (code !== 200) throw new Error(`the scale was refused: ${JSON.stringify(body)}`);
}
