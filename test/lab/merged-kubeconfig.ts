import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { LabCluster } from './cluster.ts';

interface Kubeconfig {
	readonly clusters: readonly object[];
	readonly users: readonly object[];
	readonly contexts: readonly object[];
}

/** One kubeconfig (YAML) with a context for each cluster; the first one is the current context. */
export async function mergeKubeconfigs(clusters: readonly Pick<LabCluster, 'kubeconfig'>[]): Promise<string> {
	const texts = await Promise.all(clusters.map(({ kubeconfig }) => readFile(kubeconfig, 'utf8')));
	const configs: readonly Kubeconfig[] = texts.map((text) => parse(text));
	return stringify({
		...configs[0],
		clusters: configs.flatMap((config) => config.clusters),
		users: configs.flatMap((config) => config.users),
		contexts: configs.flatMap((config) => config.contexts),
	});
}
