// The world a scenario plays in: embedded clusters that live, mirrors between them, a repository, syncers.
import type { ClusterName } from '../../model/names.ts';
import { createObjectStore } from '../kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { resourceTypes } from '../kubernetes/resource-types.ts';
import { createMemoryCluster, type MemoryCluster } from '../memory-cluster.ts';
import { createMemoryRepository, type MemoryRepository } from '../memory-repository.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { runDeployments } from '../world/deployments.ts';
import { createFlux } from '../world/flux.ts';
import type { FluxName } from '../world/flux-status.ts';
import { createGateway, type Gateway } from '../world/gateway.ts';
import { runServiceMirror } from '../world/service-mirror.ts';
import { createSmiAdaptor, type SmiAdaptor } from '../world/smi-adaptor.ts';
import { createSyncer } from '../world/syncer.ts';
import { createLeadership, type StagedLeadership } from './leadership.ts';
import { clusterManifests, type Manifest, writeFiles } from './manifests.ts';
import type { ClusterStage, Scenario } from './scenario.ts';
import { openStagedForge, type StagedForge } from './staged-forge.ts';

export interface StagedCluster {
	readonly name: ClusterName;
	readonly store: ObjectStore;
	readonly api: MemoryCluster;
	readonly gateway: Gateway;
	/** linkerd-smi; runs where the scenario says so. */
	readonly adaptor: SmiAdaptor;
	/** The service mirrors that run here, by the cluster whose Services they mirror. */
	readonly mirrors: ReadonlyMap<ClusterName, AbortController>;
	/** Patches and applies sent so far. */
	readonly patches: () => number;
}

export interface Stage {
	readonly scenario: Scenario;
	readonly clock: VirtualClock;
	readonly clusters: ReadonlyMap<ClusterName, StagedCluster>;
	readonly repository: MemoryRepository;
	/** Where the repository is, and its pull requests. */
	readonly forge: StagedForge;
	readonly leadership: StagedLeadership;
}

/** What the objects of each cluster's Flux are called. */
export const fluxName: FluxName = { namespace: 'flux-system', name: 'apps' };

/** Builds the world and sets it in motion until aborted. */
export async function setStage(scenario: Scenario, clock: VirtualClock, signal: AbortSignal): Promise<Stage> {
	const repository = createMemoryRepository({ files: writeFiles(scenario) });
	const forge = await openStagedForge(repository, clock);
	const clusters = new Map(
		Object.entries(scenario.clusters).map(([name, stage]) => [name, stageCluster(name, stage, clock)]),
	);
	const stage = { scenario, clock, clusters, repository, forge, leadership: createLeadership() };
	for (const [name, { adaptor, syncEvery: interval, flux, ...rest }] of Object.entries(scenario.clusters)) {
		const cluster = clusterOf(stage, name);
		const { store } = cluster;
		for (const manifest of clusterManifests(rest)) createObject(store, manifest);
		void runDeployments(store, clock, {}, signal);
		startMirrors(stage, cluster, signal);
		if (adaptor) void cluster.adaptor.run(signal);
		if (interval === undefined) continue;
		const folder = `clusters/${name}`;
		const options = { repository, store, clock, folder, interval, report: () => undefined };
		void (flux ? createFlux({ ...options, ...fluxName }) : createSyncer(options)).run(signal);
	}
	return stage;
}

function startMirrors(stage: Stage, { store, mirrors }: StagedCluster, signal: AbortSignal): void {
	for (const [clusterName, life] of mirrors) {
		const { store: remote, gateway } = clusterOf(stage, clusterName);
		const link = { local: store, remote, clusterName, gateway, lease: true };
		void runServiceMirror(link, stage.clock, AbortSignal.any([signal, life.signal]));
	}
}

/** Throws for a cluster that the scenario does not have. */
export function clusterOf({ clusters }: Pick<Stage, 'clusters'>, name: ClusterName): StagedCluster {
	const cluster = clusters.get(name);
	if (cluster === undefined) throw new RangeError(`the scenario has no cluster ${name}`);
	return cluster;
}

function stageCluster(name: ClusterName, { mirrors }: ClusterStage, clock: VirtualClock): StagedCluster {
	const store = createObjectStore(clock);
	const memory = createMemoryCluster({ name, store, clock });
	let patches = 0;
	const api: MemoryCluster = {
		...memory,
		patch(ref, operations, signal) {
			patches += 1;
			return memory.patch(ref, operations, signal);
		},
		apply(ref, manifest, signal) {
			patches += 1;
			return memory.apply(ref, manifest, signal);
		},
	};
	return {
		name,
		store,
		api,
		gateway: createGateway('172.18.255.1'),
		adaptor: createSmiAdaptor({ store, clock }),
		mirrors: new Map(mirrors.map((remote) => [remote, new AbortController()])),
		patches: () => patches,
	};
}

function createObject(store: ObjectStore, manifest: Manifest): void {
	const [group = '', version = ''] = manifest.apiVersion.includes('/')
		? manifest.apiVersion.split('/')
		: ['', manifest.apiVersion];
	const type = resourceTypes.find((each) => each.group === group && each.kind === manifest.kind);
	if (type === undefined) throw new RangeError(`the embedded API has no ${manifest.kind}`);
	store.create({ group, plural: type.plural, namespace: manifest.metadata.namespace ?? '' }, manifest, {
		version,
	});
}
