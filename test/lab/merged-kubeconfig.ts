import { readFile } from 'node:fs/promises';
import { mergeKubeconfigs as mergeTexts } from '../../src/cli/demo/kubeconfigs.ts';
import type { LabCluster } from './cluster.ts';

/** One kubeconfig (YAML) with a context for each cluster; the first one is the current context. */
export async function mergeKubeconfigs(clusters: readonly Pick<LabCluster, 'kubeconfig'>[]): Promise<string> {
	return mergeTexts(await Promise.all(clusters.map(({ kubeconfig }) => readFile(kubeconfig, 'utf8'))));
}
