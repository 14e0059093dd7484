import type { KubernetesObject } from '../../src/model/ports/cluster.ts';

/** `1/0`: the weights of a TrafficSplit as they are stored, numbers or strings. */
export function formatSplit({ spec }: KubernetesObject): string {
	const { backends } = spec as { readonly backends: readonly { readonly weight: unknown }[] };
	return backends.map(({ weight }) => weight).join('/');
}
