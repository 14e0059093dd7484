import { type ConnectedCluster, connectCluster } from '../kubernetes/cluster.ts';
import { loadConnection } from '../kubernetes/kubeconfig.ts';
import type { ClusterName } from '../model/names.ts';
import type { ClusterConfig } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import { ProblemError, problem } from '../model/problem.ts';

export interface ClusterDirectoryParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly kubeconfig?: string | undefined;
	readonly allowInsecure: boolean;
}

/** The clusters that spillway.yaml declares, connected when first asked for. */
export interface ClusterDirectory {
	declare(clusters: readonly ClusterConfig[]): void;
	/** Throws ProblemError when the cluster is not declared or its kubeconfig context is no use. */
	find(name: ClusterName): Promise<Cluster>;
	close(): Promise<void>;
}

export function createClusterDirectory(parts: ClusterDirectoryParts): ClusterDirectory {
	const connected = new Map<string, Promise<ConnectedCluster>>();
	let declared: ReadonlyMap<ClusterName, ClusterConfig> = new Map();

	const connect = async ({ name, context }: ClusterConfig): Promise<ConnectedCluster> => {
		const { kubeconfig, allowInsecure, clock, random } = parts;
		const file = kubeconfig === undefined ? {} : { kubeconfig };
		const connection = await loadConnection({ ...file, context, allowInsecure });
		return connectCluster({ name, connection, clock, random });
	};

	return {
		declare(clusters) {
			declared = new Map(clusters.map((cluster) => [cluster.name, cluster]));
		},
		async find(name) {
			const config = declared.get(name);
			if (config === undefined) {
				const where = { kind: 'named', name: 'spillway.yaml' } as const;
				throw new ProblemError(problem('E_REFERENCE', { where, message: `no cluster ${name} is declared` }));
			}
			const key = `${name} ${config.context}`;
			const known = connected.get(key) ?? connect(config);
			connected.set(key, known);
			// A kubeconfig may be mended while we run.
			known.catch(() => connected.delete(key));
			return await known;
		},
		async close() {
			const clusters = await Promise.allSettled(connected.values());
			await Promise.all(
				clusters.map((cluster) => (cluster.status === 'fulfilled' ? cluster.value.close() : undefined)),
			);
		},
	};
}
