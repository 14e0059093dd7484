import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createEmbeddedApi, type EmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { type BareRepository, createBareRepository, createFolder } from './git-remote.ts';
import { aNamespace, anEndpointSlice, aService, aSplit, createObjects } from './kubernetes-objects.ts';
import { splitManifest } from './manifests.ts';
import { splits, target } from './split-cluster.ts';

/** `spillway.yaml` for the one cluster there is, and one that its kubeconfig does not know. */
export const liveConfig = `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  policies: [policies]
  clusters: {east: {context: east, manifests: clusters/east}, north: {context: nowhere}}
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

/** A real API server and a real Git repository, on loopback and disk. */
export interface LiveWorld {
	readonly api: EmbeddedApi;
	readonly repository: BareRepository;
	/** The flags that lead a command to both. */
	readonly flags: readonly string[];
	/** Makes emoji-svc ready, or not. */
	setReady(ready: boolean): void;
	/** Live weights of emoji-svc and emoji-svc-west. */
	weights(): readonly unknown[];
	/** Resolves once they are these. */
	untilWeights(...wanted: readonly number[]): Promise<void>;
}

export async function startLiveWorld(t: ExecutionContext, files: NewFiles = {}): Promise<LiveWorld> {
	const api = await createEmbeddedApi({ clock: systemClock, name: 'east' });
	t.teardown(api.close);
	const west = { name: 'emoji-svc-west', namespace: 'emojivoto' };
	createObjects(
		api.store,
		aNamespace(),
		aService(),
		anEndpointSlice(),
		aService({ metadata: west }),
		anEndpointSlice({ service: 'emoji-svc-west' }),
		aSplit(),
	);
	const repository = await createBareRepository(t, {
		'spillway.yaml': liveConfig,
		'policies/emoji.yaml': livePolicy(),
		'clusters/east/emoji.yaml': splitManifest,
		...files,
	});
	const kubeconfig = join(await createFolder(t), 'kubeconfig');
	await writeFile(kubeconfig, api.kubeconfig('east'));
	const key = { group: splits.group, plural: splits.plural, namespace: target.namespace, name: target.name };
	const weights = () => {
		const { backends } = api.store.get(key)['spec'] as { backends: readonly { weight: unknown }[] };
		return backends.map(({ weight }) => weight);
	};
	return {
		api,
		repository,
		flags: ['--repo', repository.url, '--allow-insecure-git', '--kubeconfig', kubeconfig],
		setReady(ready) {
			const slice = anEndpointSlice({ ready: [ready] });
			const slices = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'emojivoto' };
			api.store.update({ ...slices, name: slice.metadata.name }, slice);
		},
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
