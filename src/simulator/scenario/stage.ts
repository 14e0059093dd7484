// The world a scenario plays in: embedded clusters that live, mirrors between them, a repository, syncers.
import type { ClusterName } from '../../model/names.ts';
import { createObjectStore } from '../kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { resourceTypes } from '../kubernetes/resource-types.ts';
import { createMemoryCluster, type MemoryCluster } from '../memory-cluster.ts';
import { createMemoryRepository, type MemoryRepository } from '../memory-repository.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { runDeployments } from '../world/deployments.ts';
import { createGateway, type Gateway } from '../world/gateway.ts';
import { runServiceMirror } from '../world/service-mirror.ts';
import { createSyncer } from '../world/syncer.ts';
import { clusterManifests, type Manifest, writeFiles } from './manifests.ts';
import type { Scenario } from './scenario.ts';

export interface StagedCluster {
	readonly name: ClusterName;
	readonly store: ObjectStore;
	readonly api: MemoryCluster;
	readonly gateway: Gateway;
	/** Patches sent so far. */
	readonly patches: () => number;
}

export interface Stage {
	readonly clusters: ReadonlyMap<ClusterName, StagedCluster>;
	readonly repository: MemoryRepository;
}

/** Builds the world and sets it in motion until aborted. */
export function setStage(scenario: Scenario, clock: VirtualClock, signal: AbortSignal): Stage {
	const repository = createMemoryRepository({ files: writeFiles(scenario) });
	const clusters = new Map(Object.keys(scenario.clusters).map((name) => [name, stageCluster(name, clock)]));
	for (const [name, stage] of Object.entries(scenario.clusters)) {
		const { store } = clusterOf({ clusters }, name);
		for (const manifest of clusterManifests(stage)) createObject(store, manifest);
		void runDeployments(store, clock, {}, signal);
		for (const remote of stage.mirrors) {
			const { store: exporting, gateway } = clusterOf({ clusters }, remote);
			void runServiceMirror({ local: store, remote: exporting, clusterName: remote, gateway }, clock, signal);
		}
		const { syncEvery: interval } = stage;
		if (interval === undefined) continue;
		const folder = `clusters/${name}`;
		void createSyncer({ repository, store, clock, folder, interval, report: () => undefined }).run(signal);
	}
	return { clusters, repository };
}

/** Throws for a cluster that the scenario does not have. */
export function clusterOf({ clusters }: Pick<Stage, 'clusters'>, name: ClusterName): StagedCluster {
	const cluster = clusters.get(name);
	if (cluster === undefined) throw new RangeError(`the scenario has no cluster ${name}`);
	return cluster;
}

function stageCluster(name: ClusterName, clock: VirtualClock): StagedCluster {
	const store = createObjectStore(clock);
	const memory = createMemoryCluster({ name, store, clock });
	let patches = 0;
	const api: MemoryCluster = {
		...memory,
		patch(ref, operations, signal) {
			patches += 1;
			return memory.patch(ref, operations, signal);
		},
	};
	return { name, store, api, gateway: createGateway('172.18.255.1'), patches: () => patches };
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
