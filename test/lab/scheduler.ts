import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { collectionPath } from './collection-path.ts';
import { nodeName } from './controllers.ts';
import type { OpenCluster } from './open-cluster.ts';

/** Plays kube-scheduler: every pod goes to the only node there is. Until aborted. */
export async function runScheduler({ access, watch }: OpenCluster, signal: AbortSignal): Promise<void> {
	const bound = new Set<string>();
	const bindings = new Set<Promise<unknown>>();
	const bind = async ({ metadata: { name, namespace } }: KubernetesObject): Promise<void> => {
		const target = { apiVersion: 'v1', kind: 'Node', name: nodeName };
		const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
		const path = `${collectionPath({ apiVersion: 'v1', plural: 'pods', namespace })}/${name}/binding`;
		// A pod that is gone by now needs no node.
		await access.call({ method: 'POST', path, text: JSON.stringify(binding) }).catch(() => undefined);
	};
	await watch(
		{
			resource: { group: '', versions: ['v1'], plural: 'pods' },
			onObject(pod) {
				const { uid } = pod.metadata;
				if (bound.has(uid) || isPlaced(pod)) return;
				bound.add(uid);
				const binding = bind(pod).finally(() => bindings.delete(binding));
				bindings.add(binding);
			},
		},
		signal,
	);
	await Promise.all(bindings);
}

function isPlaced({ spec }: KubernetesObject): boolean {
	return (spec as { readonly nodeName?: string }).nodeName !== undefined;
}
