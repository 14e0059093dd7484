// An object that replicas write while they lead, and the history of who wrote it.
import type { Cluster, VersionedRef } from '../../src/model/ports/cluster.ts';
import { createObjects } from './kubernetes-objects.ts';
import { home, type Replica, type Replicas } from './replicas.ts';

export interface ContestedTarget {
	/** Epochs of the applied writes, in the order in which the server applied them. */
	readonly history: readonly string[];
	/** Lets a replica write the target whenever it leads, as a pass does: read, decide, ask once more, write. */
	contest(replica: Replica): void;
}

const ref: VersionedRef = {
	resource: { group: '', versions: ['v1'], plural: 'configmaps' },
	version: 'v1',
	namespace: home,
	name: 'target',
};

const period = 700;

export function createContestedTarget({ store }: Replicas): ContestedTarget {
	createObjects(store, {
		apiVersion: 'v1',
		kind: 'ConfigMap',
		metadata: { name: ref.name, namespace: home },
		data: {},
	});
	const history: string[] = [];
	store.watch({ group: '', plural: 'configmaps', namespace: home }, undefined, ({ object }) => {
		const { epoch } = object['data'] as { epoch?: string };
		if (object.metadata.name === ref.name && epoch !== undefined) history.push(epoch);
	});
	const never = new AbortController().signal;
	return {
		history,
		contest(replica) {
			void (async () => {
				for (let count = 0; ; count += 1) {
					await replica.clock.sleep(period, never);
					await writeOnce(replica, replica.cluster, count).catch(() => undefined);
				}
			})();
		},
	};

	async function writeOnce(replica: Replica, cluster: Cluster, count: number): Promise<void> {
		if (!replica.leads()) return;
		const epoch = replica.epoch();
		const object = await cluster.read(ref, never);
		if (object === undefined || !replica.leads()) return;
		const { uid, resourceVersion } = object.metadata;
		const manifest = {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: ref.name, namespace: home, uid, resourceVersion },
			data: { epoch, count: String(count) },
		};
		await cluster.replace(ref, manifest, never);
	}
}

/** The epochs that wrote again after another one had begun to. */
export function overlappingEpochs(history: readonly string[]): readonly string[] {
	const over = new Set<string>();
	const overlapping = new Set<string>();
	for (const [index, epoch] of history.entries()) {
		const before = history[index - 1];
		if (before !== undefined && before !== epoch) over.add(before);
		if (over.has(epoch)) overlapping.add(epoch);
	}
	return [...overlapping];
}
