import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createEmbeddedApi, type EmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { mergeKubeconfigs } from '../lab/merged-kubeconfig.ts';
import { type BareRepository, createBareRepository, createFolder } from './git-remote.ts';
import { keepKubeconfig } from './kept-kubeconfig.ts';
import { aNamespace, anEndpointSlice, aService, aSplit, createObjects } from './kubernetes-objects.ts';
import { splitManifest } from './manifests.ts';
import { splits, target } from './split-cluster.ts';

/** `spillway.yaml` for the two clusters there are, and one that their kubeconfig does not know. */
export const liveConfig = `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  policies: [policies]
  clusters: {east: {context: east, manifests: clusters/east}, west: {context: west}, north: {context: nowhere}}
  defaults: {failover: {via: Direct}, failback: {via: Direct}}
`;

/** The policy of emojivoto's emoji-svc, with one more field of its spec. */
export function livePolicy(
	field = 'mode: Active',
	{ name = 'emoji', cluster = 'east' }: { readonly name?: string; readonly cluster?: string } = {},
): string {
	return `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: ${name}, namespace: emojivoto}
spec:
  target: {cluster: ${cluster}, name: emoji-svc}
  backends: [{service: emoji-svc}, {service: emoji-svc-west, tier: 1}]
  ${field}
`;
}

/** Two real API servers and a real Git repository, on loopback and disk. */
export interface LiveWorld {
	/** East: emoji-svc, the mirror emoji-svc-west, both ready, and the split between them at 1/0. */
	readonly api: EmbeddedApi;
	/** Another cluster's emoji-svc, ready. */
	readonly west: EmbeddedApi;
	readonly repository: BareRepository;
	/** A file with the contexts east and west. */
	readonly kubeconfig: string;
	/** The flags that lead a command to both. */
	readonly flags: readonly string[];
	/** Makes the emoji-svc of east, or of another cluster, ready or not. */
	setReady(ready: boolean, api?: EmbeddedApi): void;
	/** Of the split. */
	uid(): string;
	/** Live weights of emoji-svc and emoji-svc-west. */
	weights(): readonly unknown[];
	/** Resolves once they are these. */
	untilWeights(...wanted: readonly number[]): Promise<void>;
}

export async function startLiveWorld(t: ExecutionContext, files: NewFiles = {}): Promise<LiveWorld> {
	const [api, west] = await Promise.all([startCluster(t, 'east'), startCluster(t, 'west')]);
	createObjects(
		api.store,
		aService({ metadata: { name: 'emoji-svc-west', namespace: 'emojivoto' } }),
		anEndpointSlice({ service: 'emoji-svc-west' }),
		aSplit(),
	);
	const repository = await createBareRepository(t, {
		'spillway.yaml': liveConfig,
		'policies/emoji.yaml': livePolicy(),
		'clusters/east/emoji.yaml': splitManifest,
		...files,
	});
	const kubeconfig = await writeKubeconfig(t, { east: api, west });
	const key = { group: splits.group, plural: splits.plural, namespace: target.namespace, name: target.name };
	const weights = () => {
		const { backends } = api.store.get(key)['spec'] as { backends: readonly { weight: unknown }[] };
		return backends.map(({ weight }) => weight);
	};
	return {
		api,
		west,
		repository,
		kubeconfig,
		flags: ['--repo', repository.url, '--allow-insecure-git', '--kubeconfig', kubeconfig],
		setReady(ready, { store } = api) {
			const slice = anEndpointSlice({ ready: [ready] });
			const slices = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'emojivoto' };
			store.update({ ...slices, name: slice.metadata.name }, slice);
		},
		uid: () => api.store.get(key).metadata.uid,
		weights,
		untilWeights: (...wanted) =>
			new Promise((resolve) => {
				const look = () => {
					if (weights().join() !== wanted.join()) return;
					stop();
					resolve();
				};
				const stop = api.store.watch({ group: key.group, plural: key.plural }, undefined, look);
				look();
			}),
	};
}

async function startCluster(t: ExecutionContext, name: string): Promise<EmbeddedApi> {
	const api = await createEmbeddedApi({ clock: systemClock, name });
	t.teardown(api.close);
	createObjects(api.store, aNamespace(), aService(), anEndpointSlice());
	return api;
}

/** Contexts by their names. */
async function writeKubeconfig(
	t: ExecutionContext,
	apis: Readonly<Record<string, EmbeddedApi>>,
): Promise<string> {
	const folder = await createFolder(t);
	const single = Object.entries(apis).map(async ([context, api]) => {
		const kubeconfig = join(folder, context);
		await keepKubeconfig(kubeconfig, api.kubeconfig(context));
		return { kubeconfig };
	});
	const merged = join(folder, 'kubeconfig');
	await keepKubeconfig(merged, await mergeKubeconfigs(await Promise.all(single)));
	return merged;
}
